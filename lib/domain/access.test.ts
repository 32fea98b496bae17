import { describe, expect, test } from 'vitest';
import { accessBook, canDo, canSee, may, roleConfigSchema, seesEverything } from './access';

const queue = (name: string) => ({ source: 'main', namespace: 'bull', name });
const role = roleConfigSchema.parse({
  name: 'reports',
  grants: [
    { queues: ['report-*', 'main/bull/mail'], actions: ['retry', 'promote'] },
    { queues: ['shared'], actions: ['view'] },
  ],
});
const of = accessBook([
  role,
  { ...role, name: 'redacted', grants: [{ queues: ['*'], actions: ['*'] }], redact: ['data.x'] },
]);

test.each([
  ['viewer', 'view', true],
  ['viewer', 'operate', false],
  ['operator', 'operate', true],
  ['operator', 'administer', false],
  ['admin', 'administer', true],
  ['reports', 'operate', true],
  ['reports', 'administer', false],
  ['removed-role', 'view', false],
] as const)('%s, %s: %s', (name, right, allowed) => expect(may(of(name), right)).toBe(allowed));

test.each([
  ['reports', 'report-a', 'retry', true],
  ['reports', 'report-a', 'remove', false],
  ['reports', 'report-a', undefined, true],
  ['reports', 'mail', 'promote', true],
  ['reports', 'shared', undefined, false],
  ['reports', 'other', 'retry', false],
  ['viewer', 'other', 'retry', false],
  ['operator', 'other', 'anything', true],
] as const)('%s on %s, %s: %s', (name, where, action, allowed) =>
  expect(canDo(of(name), queue(where), action)).toBe(allowed),
);

describe('seeing', () => {
  test.each([
    ['reports', 'report-a', true],
    ['reports', 'shared', true],
    ['reports', 'other', false],
    ['viewer', 'other', true],
  ] as const)('%s sees %s: %s', (name, where, seen) => expect(canSee(of(name), queue(where))).toBe(seen));
  test.each([
    ['viewer', true],
    ['reports', false],
    ['redacted', false],
  ])('%s sees everything: %s', (name, all) => expect(seesEverything(of(name))).toBe(all));
});

test.each(['viewer', 'admin', '', 'a b', 'a/b'])('a role cannot be called %j', (name) =>
  expect(roleConfigSchema.safeParse({ ...role, name }).success).toBe(false),
);

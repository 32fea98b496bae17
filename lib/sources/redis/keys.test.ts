import { describe, expect, test } from 'vitest';
import { baseOf, isReservedJobId, readMarker, splitBase, workerFromClientName } from './keys';

test.each([
  ['bull:reports:id', { base: 'bull:reports', marker: 'id' }],
  ['bull:reports:meta', { base: 'bull:reports', marker: 'meta' }],
  ['bull:a:b:stalled-check', { base: 'bull:a:b', marker: 'stalled-check' }],
  [':q:meta', { base: ':q', marker: 'meta' }],
  ['reports:id', null],
  ['bull::id', null],
  ['bull:reports:identity', null],
  ['bull:reports:wait', null],
])('the key %s marks %o', (key, expected) => expect(readMarker(key)).toEqual(expected));

describe('splitting a base into prefix and name', () => {
  const known = new Set(['bull', 'team:jobs', 'team']);
  test.each([
    { base: 'bull:a:b', kind: 'bull', namespace: 'bull', name: 'a:b', because: 'Bull allows colons in names' },
    {
      base: 'team:jobs:mail',
      kind: 'bull',
      namespace: 'team:jobs',
      name: 'mail',
      because: 'the longest known prefix wins',
    },
    {
      base: 'who:a:b',
      kind: 'bull',
      namespace: 'who',
      name: 'a:b',
      because: 'an unknown prefix ends at the first colon',
    },
    { base: 'x:y:mail', kind: 'bullmq', namespace: 'x:y', name: 'mail', because: 'BullMQ forbids colons in names' },
    { base: ':mail', kind: 'bullmq', namespace: '', name: 'mail', because: 'a prefix may be empty' },
  ] as const)('$because', ({ base, kind, namespace, name }) => {
    expect(splitBase(base, kind, known)).toEqual({ namespace, name });
    expect(baseOf({ namespace, name })).toBe(base);
  });
});

describe('who works on what, from a connection’s name', () => {
  const encoded = Buffer.from('käse & co').toString('base64');
  test.each([
    {
      clientName: `bull:${encoded}`,
      expected: { base: 'bull:käse & co', prefix: 'bull' },
      because: 'an unnamed worker',
    },
    {
      clientName: `a:b:${encoded}:w:me:too`,
      expected: { base: 'a:b:käse & co', prefix: 'a:b' },
      because: 'a named worker under a deep prefix',
    },
    { clientName: `:${encoded}`, expected: { base: ':käse & co', prefix: '' }, because: 'an empty prefix' },
    { clientName: `bull:${encoded}:qe`, expected: null, because: 'an event listener works on nothing' },
    { clientName: 'tailback-watch', expected: null, because: 'a name without a colon' },
    {
      clientName: 'app:user',
      expected: { base: `app:${Buffer.from('user', 'base64').toString('utf8')}`, prefix: 'app' },
      isNot: true,
      because: 'no base64 of text',
    },
  ])('$because', ({ clientName, expected, isNot }) => {
    if (isNot) expect(workerFromClientName(clientName)).toBeNull();
    else expect(workerFromClientName(clientName)).toEqual(expected);
  });
});

test('ids that are keys of the queue itself are reserved', () => {
  for (const id of ['id', 'meta', 'wait', 'completed', 'events', 'metrics:completed', '5:lock', 'repeat:x'])
    expect(isReservedJobId(id)).toBe(true);
  for (const id of ['1', 'order-7', 'wait-list', 'a:b', 'metadata']) expect(isReservedJobId(id)).toBe(false);
});

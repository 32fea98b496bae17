import { expect, test } from 'vitest';
import { decodeCursor, dueTime, encodeCursor, jobSetOf } from './job-sets';

test.each([
  { type: 'list', skip: 40 },
  { type: 'zset', score: '1795511416295', member: 'käse:"7"\u0000' },
  { type: 'zset', score: '-0.5', member: '' },
] as const)('a cursor comes back as it went: %o', (cursor) =>
  expect(decodeCursor(encodeCursor(cursor), cursor.type)).toEqual(cursor),
);

const of = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
test.each([
  ['', 'list'],
  ['%%%', 'zset'],
  [of(['l', -1]), 'list'],
  [of(['l', 1.5]), 'list'],
  [of(['l', '1']), 'list'],
  [of(['z', 'abc', 'x']), 'zset'],
  [of(['z', '', 'x']), 'zset'],
  [of(['z', '1']), 'zset'],
  [of({ 0: 'l' }), 'list'],
  [encodeCursor({ type: 'list', skip: 1 }), 'zset'],
] as const)('%s is no cursor of a %s', (text, type) =>
  expect(() => decodeCursor(text, type)).toThrow(expect.objectContaining({ code: 'bad-request' })),
);

test('a state that the kind does not have is refused', () => {
  expect(() => jobSetOf('bull', 'prioritized')).toThrow(expect.objectContaining({ code: 'unsupported' }));
  expect(jobSetOf('bullmq', 'prioritized')).toMatchObject({ key: 'prioritized' });
});

test('the due time is in the upper bits of the score', () =>
  expect(dueTime(1795511416295 * 4096 + 4095)).toBe(1795511416295));

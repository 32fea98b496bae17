import { expect, test } from 'vitest';
import type { FailureGroup } from '@/lib/domain/failure';
import { dominantOf } from './dominant';
import { fullTitle, isShown, matchGroups, sortGroups } from './failure-words';

const group = (over: Partial<FailureGroup>): FailureGroup => ({
  fingerprint: 'abcdefabcdef',
  errorClass: 'TypeError',
  title: 'x is not a function',
  frame: 'mail/send:send',
  state: 'new',
  stateSince: null,
  firstSeen: 1,
  lastSeen: 2,
  failed: 0,
  attempts: 0,
  total: 0,
  retained: null,
  retainedAt: null,
  spark: [],
  queues: [],
  names: [],
  care: { muted: null, resolved: null, note: null },
  ...over,
});

test('the class is said once', () => {
  expect(fullTitle(group({}))).toBe('TypeError: x is not a function');
  expect(fullTitle(group({ title: 'TypeError: x' }))).toBe('TypeError: x');
  expect(fullTitle(group({ errorClass: null }))).toBe('x is not a function');
});

test.each([
  ['muted', 'open', false],
  ['resolved', 'open', false],
  ['quiet', 'open', true],
  ['muted', 'all', true],
  ['muted', 'muted', true],
  ['new', 'muted', false],
] as const)('%s in %s: %s', (state, filter, expected) => expect(isShown(state, filter)).toBe(expected));

test('all words have to be found, wherever', () => {
  const groups = [group({}), group({ title: 'timeout', names: [{ name: 'render', failed: 1, attempts: 0 }] })];
  expect(matchGroups(groups, 'RENDER time')).toEqual([groups[1]]);
  expect(matchGroups(groups, 'send typeerror function')).toEqual([groups[0]]);
  expect(matchGroups(groups, ' ')).toHaveLength(2);
});

test('attempts count, and what is not known comes last', () => {
  const [a, b] = [group({ failed: 1, retained: 5 }), group({ attempts: 3 })];
  expect(sortGroups([a, b], 'count')).toEqual([b, a]);
  expect(sortGroups([b, a], 'retained')).toEqual([a, b]);
});

test('the kind that most failures of a queue are of', () => {
  const share = (key: string, failed: number, attempts = 0) => ({
    key,
    failed,
    attempts,
    retained: null,
    retainedAt: null,
    lastSeen: 0,
  });
  const a = group({ fingerprint: 'a', queues: [share('q', 8), share('other', 100)] });
  const b = group({ fingerprint: 'b', queues: [share('q', 1, 1)] });
  expect(dominantOf({ groups: [b, a] }, 'q')).toEqual({ group: a, count: 8, of: 10 });
  expect(dominantOf({ groups: [a, b] }, 'nobody')).toBeNull();
  const many = ['c', 'd', 'e'].map((fingerprint) => group({ fingerprint, queues: [share('q', 5)] }));
  expect(dominantOf({ groups: many }, 'q')).toBeNull();
});

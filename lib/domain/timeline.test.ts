import { expect, test } from 'vitest';
import type { Mark } from './mark';
import { toTimeline } from './timeline';

const SECOND = 1_000;
function mark(id: string, seconds: number, changes: Partial<Mark> = {}): Mark {
  return {
    id,
    at: seconds * SECOND,
    until: null,
    kind: 'pause',
    text: 'Paused',
    source: 'main',
    queue: { source: 'main', namespace: 'bull', name: id },
    queueKey: id,
    pattern: null,
    link: null,
    by: null,
    ...changes,
  };
}
const ids = (marks: readonly Mark[]) => toTimeline(marks).map((entry) => entry.marks.map(({ id }) => id).join());

test('newest first', () => expect(ids([mark('a', 0), mark('b', 500), mark('c', 300)])).toEqual(['b', 'c', 'a']));

test('workers that leave many queues at once are one event, and those that come are another', () => {
  const left = { kind: 'workers-left' } as const;
  const joined = { kind: 'workers-joined' } as const;
  expect(
    ids([
      mark('a', 0, { ...left, text: '1 worker of x left' }),
      mark('b', 10, { ...left, text: '3 workers of x left' }),
      mark('c', 12, joined),
      mark('d', 50, { ...left, text: '2 workers of y left' }),
      mark('e', 300, left),
    ]),
  ).toEqual(['e', 'd,b,a', 'c']);
});

test('the same done to several queues by one person is one event; by two it is two', () =>
  expect(ids([mark('a', 0, { by: 'ada' }), mark('b', 1, { by: 'ada' }), mark('c', 2, { by: 'bob' })])).toEqual([
    'c',
    'b,a',
  ]));

test('workers of two sources are two events', () =>
  expect(
    toTimeline([mark('a', 0, { kind: 'workers-left' }), mark('b', 1, { kind: 'workers-left', source: 'other' })]),
  ).toHaveLength(2));

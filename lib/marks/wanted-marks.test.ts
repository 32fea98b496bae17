import { expect, test } from 'vitest';
import type { Mark } from '../domain/mark';
import { newMark } from './new-mark';
import { visibleMarks, wantedMarks, type MarkFilter } from './wanted-marks';

const queue = (name: string, source = 'main') => ({ source, namespace: 'bull', name });
const KNOWN = ['mail-in', 'mail-out', 'reports'].map((name) => ({ id: queue(name) }));
const MARKS: Mark[] = [
  newMark('mail', 1, 'pause', 'Paused', { queue: queue('mail-in'), by: 'Ada' }),
  newMark('reports', 2, 'operation', 'retry of 5 jobs', { queue: queue('reports'), by: 'bob' }),
  newMark('deploy', 3, 'deploy', 'v1.2', { pattern: 'mail-*' }),
  newMark('release', 4, 'deploy', 'v2'),
  newMark('restart', 5, 'broker-restart', 'restarted', { source: 'main' }),
  newMark('other', 6, 'broker-restart', 'restarted', { source: 'other' }),
];
const ids = (marks: readonly Mark[]) => marks.map(({ id }) => id);

test.each<{ filter: MarkFilter; expected: string[]; because: string }>([
  { filter: {}, expected: ids(MARKS), because: 'without a filter all are wanted' },
  { filter: { kinds: ['deploy'] }, expected: ['deploy', 'release'], because: 'kinds' },
  {
    filter: { source: 'main' },
    expected: ['mail', 'reports', 'deploy', 'release', 'restart'],
    because: 'what is of no source concerns all of them',
  },
  {
    filter: { queues: 'mail-*' },
    expected: ['mail', 'deploy', 'release', 'restart'],
    because: 'what concerns a broker or everything concerns these queues, too',
  },
  { filter: { queues: 'reports' }, expected: ['reports', 'release', 'restart'], because: 'other patterns do not' },
  { filter: { text: 'ada paused' }, expected: ['mail'], because: 'words stand anywhere, in any order' },
  { filter: { text: 'main/bull/rep' }, expected: ['reports'], because: 'also in the name of the queue' },
])('$because', ({ filter, expected }) => expect(ids(MARKS.filter(wantedMarks(filter, KNOWN)))).toEqual(expected));

test('neither a hidden queue nor a pattern that means only hidden ones is shown', () => {
  const known = [{ id: queue('reports') }];
  const sees = visibleMarks(({ name }) => name === 'reports', known);
  expect(ids(MARKS.filter(sees))).toEqual(['reports', 'release', 'restart', 'other']);
});

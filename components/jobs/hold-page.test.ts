import { expect, test } from 'vitest';
import type { JobPage, JobRow } from '@/lib/domain/job';
import { holdPage } from './hold-page';

const row = (n: number, more: Partial<JobRow> = {}): JobRow => ({
  id: `j${n}`,
  name: 'n',
  state: 'failed',
  timestamp: 0,
  processedOn: 0,
  finishedOn: n,
  delayUntil: null,
  attemptsMade: 1,
  attempts: 1,
  priority: null,
  progress: null,
  failedReason: null,
  dataPreview: null,
  isOrphan: false,
  ...more,
});
const page = (numbers: number[], more: Partial<JobPage> = {}): JobPage => ({
  jobs: numbers.map((n) => row(n)),
  nextCursor: 'next',
  previousCursor: null,
  start: 0,
  total: 100,
  mayDrift: false,
  ...more,
});

test('new jobs are counted and move nothing', () => {
  const held = holdPage(page([5, 4, 3]), page([7, 6, 5], { total: 102 }), true);
  expect(held.page.jobs.map(({ id }) => id)).toEqual(['j5', 'j4', 'j3']);
  expect(held).toMatchObject({ newCount: 2, page: { total: 102 } });
  expect(held.gone.size).toBe(0);
});

test('more new ones than a page holds are counted by the total', () =>
  expect(holdPage(page([5, 4, 3]), page([50, 49, 48], { total: 145 }), true).newCount).toBe(45));

test('a row that has left keeps its place and is marked; one pushed over the end is not', () => {
  const { gone } = holdPage(page([5, 4, 3]), page([6, 5, 2]), true);
  expect([...gone]).toEqual(['j4', 'j3']);
  expect([...holdPage(page([5, 4, 3]), page([7, 6, 5]), true).gone]).toEqual([]);
  expect([...holdPage(page([5, 4]), page([5], { nextCursor: null }), true).gone]).toEqual(['j4']);
});

test('rows that stay show their newest values', () => {
  const fresh = { ...page([5]), jobs: [row(5, { name: 'renamed' })] };
  expect(holdPage(page([5]), fresh, true).page.jobs[0]?.name).toBe('renamed');
});

test('on a later page nothing counts as new', () =>
  expect(holdPage(page([5, 4]), page([6, 5]), false).newCount).toBe(0));

import { expect, test } from 'vitest';
import type { Series } from '../domain/series';
import { howToJoin, joinSeries } from './sum-series';

const of = (values: (number | null)[], changes: Partial<Series> = {}): Series => ({
  from: 0,
  to: 3_000,
  stepMs: 1_000,
  gaps: [],
  partial: [],
  unfinishedFrom: null,
  series: { 'depth.backlog': values, oldestWaitingMs: values },
  ...changes,
});

test('depths add up, ages do not; unknown is not zero', () => {
  const joined = joinSeries([of([1, null, null]), of([2, 5, null])], ['depth.backlog', 'oldestWaitingMs']);
  expect(joined.series).toEqual({ 'depth.backlog': [3, 5, null], oldestWaitingMs: [2, 5, null] });
});

test('a gap is one only where nobody looked at any of them', () => {
  const one = of([1, 1, 1], { gaps: [[0, 1_000]] });
  const both = of([1, 1, 1], { gaps: [[0, 2_000]] });
  expect(joinSeries([one, both], []).gaps).toEqual([[0, 1_000]]);
  expect(joinSeries([one, of([1, 1, 1])], []).gaps).toEqual([]);
});

test.each([
  { metric: 'arrived', how: 'sum' },
  { metric: 'workers', how: 'sum' },
  { metric: 'depth.failed', how: 'sum' },
  { metric: 'oldestWaitingMs', how: 'max' },
  { metric: 'runMs.p95', how: null },
  { metric: 'depth.failed:avg', how: null },
])('$metric: $how', ({ metric, how }) => expect(howToJoin(metric)).toBe(how));

import { expect, test } from 'vitest';
import { ghostKey, withGhosts } from './ghost-series';
import type { ChartData } from './series-rows';

const DAY = 86_400_000;
const line = { label: '', color: '', shape: 'line' } as const;

function chart(from: number, stepMs: number, values: (number | null)[], isCount = false): ChartData {
  return {
    rows: values.map((a, index) => ({ at: from + index * stepMs, a })),
    lines: [{ key: 'a', ...line, isCount }],
  };
}
const ghostOf = ({ rows }: ChartData) => rows.map((row) => row[ghostKey('a')]);

test('the day before lies under the same time of day', () => {
  const times = { now: { from: DAY, stepMs: 1000 }, then: { from: 0, stepMs: 1000 }, shiftMs: DAY, isStacked: false };
  expect(ghostOf(withGhosts(chart(DAY, 1000, [1, 2, 3]), chart(0, 1000, [7, null, 9]), times))).toEqual([7, null, 9]);
});

test('where only coarser steps are left, counts are cut down and levels are not', () => {
  const times = { now: { from: DAY, stepMs: 1000 }, then: { from: 0, stepMs: 2000 }, shiftMs: DAY, isStacked: false };
  expect(ghostOf(withGhosts(chart(DAY, 1000, [1, 2], true), chart(0, 2000, [8], true), times))).toEqual([4, 4]);
  expect(ghostOf(withGhosts(chart(DAY, 1000, [1, 2]), chart(0, 2000, [8]), times))).toEqual([8, 8]);
});

test('what lies before the earlier time is unknown', () => {
  const times = {
    now: { from: DAY, stepMs: 1000 },
    then: { from: 1000, stepMs: 1000 },
    shiftMs: DAY,
    isStacked: false,
  };
  expect(ghostOf(withGhosts(chart(DAY, 1000, [1, 2]), chart(1000, 1000, [5]), times))).toEqual([null, 5]);
});

test('a stack is compared by its total, also by states that are empty now', () => {
  const before: ChartData = {
    rows: [{ at: 0, a: 2, b: 3 }],
    lines: [
      { key: 'a', ...line },
      { key: 'b', ...line },
    ],
  };
  const times = { now: { from: DAY, stepMs: 1000 }, then: { from: 0, stepMs: 1000 }, shiftMs: DAY, isStacked: true };
  const { rows, ghosts } = withGhosts(chart(DAY, 1000, [1]), before, times);
  expect(ghosts?.map(({ key }) => rows[0]?.[key])).toEqual([5]);
});

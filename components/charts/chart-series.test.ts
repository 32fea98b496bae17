import { expect, test } from 'vitest';
import { aSeries } from '../testing/a-series';
import { toActive } from './active-series';
import { summarise } from './chart-summary';
import { toDepth } from './depth-series';
import { toDuration } from './duration-series';
import { toFailed } from './failed-series';
import { toStalled } from './stalled-series';
import { toThroughput } from './throughput-series';

test('depth leaves out the states that hold nothing or that the library does not have', () => {
  const { lines } = toDepth(
    aSeries({
      'depth.waiting': [0, 0],
      'depth.prioritized': [null, null],
      'depth.paused': [0, 0],
      'depth.delayed': [0, 2],
    }),
  );
  expect(lines.map(({ label }) => label)).toEqual(['waiting', 'delayed']);
});

test('the age of the oldest job is dashed against an axis of its own, and a bound is told as one', () => {
  const toAges = (isBound: number) =>
    toDepth(
      aSeries({
        'depth.waiting': [3, 2],
        oldestWaitingMs: [90_000, null],
        overdueMs: [0, 1_000],
        oldestIsAtLeast: [isBound, 0],
      }),
    ).lines.filter(({ isAge }) => isAge);
  expect(toAges(0)).toMatchObject([{ key: 'oldestWaitingMs', label: 'oldest', dash: '5 3' }]);
  expect(toAges(1)).toMatchObject([{ label: 'oldest, at least' }]);
  const late = toDepth(aSeries({ 'depth.delayed': [1], overdueMs: [60_000] }));
  expect(late.lines.map(({ label }) => label)).toContain('overdue');
  expect(summarise(late, String)).toContain('overdue: last 1 m, highest 1 m.');
});

test('throughput compares arrivals and completions per minute', () => {
  const { rows } = toThroughput(aSeries({ arrived: [20], completed: [10] }, { stepMs: 30_000 }), 1e12);
  expect(rows).toEqual([{ at: 0, arrived: 40, completed: 20 }]);
});

test('a gap is a gap in every chart', () => {
  const gap = aSeries({
    'depth.active': [1, null, 1],
    workers: [1, null, 1],
    failed: [1, null, 1],
    failedAttempts: [1, null, 1],
    stalled: [1, null, 1],
    'runMs.p50': [1, null, 1],
    'runMs.p95': [1, null, 1],
    'runMs.p99': [1, null, 1],
  });
  for (const { rows, lines } of [toActive(gap), toFailed(gap), toStalled(gap), toDuration(gap, 'runMs')])
    for (const { key } of lines) expect(rows.map((row) => row[key])).toEqual([1, null, 1]);
});

test('a duration of zero is drawn at the foot of the logarithmic axis', () => {
  expect(toDuration(aSeries({ 'waitMs.p50': [0, 250] }), 'waitMs').rows.map((row) => row['waitMs.p50'])).toEqual([
    1, 250,
  ]);
});

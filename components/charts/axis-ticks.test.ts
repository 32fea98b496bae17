import { expect, test } from 'vitest';
import { durationAxis, logAxis, timeTicks } from './axis-ticks';

const HOUR = 3_600_000;

test('ticks are round times inside the range', () => {
  expect(timeTicks(10 * 60_000 + 1, HOUR, 6)).toEqual([20, 30, 40, 50].map((minute) => minute * 60_000));
});

test('ticks are round on the clock that is shown', () => {
  const half = 5.5 * HOUR;
  expect(timeTicks(0, 24 * HOUR, 4, half).map((at) => ((at + half) / HOUR) % 24)).toEqual([6, 12, 18, 0]);
});

test('never more ticks than there is room for', () => {
  for (const days of [0.01, 0.2, 1, 3, 40]) expect(timeTicks(0, days * 24 * HOUR, 6).length).toBeLessThanOrEqual(7);
});

test('a logarithmic axis ends at durations that read as one number, and survives zeros', () => {
  expect(logAxis([0, 80, 3000])).toEqual({ domain: [10, 10_000], ticks: [10, 100, 1000, 10_000] });
  expect(logAxis([9_000, 40_000])?.ticks).toEqual([1_000, 10_000, 60_000]);
  expect(logAxis([90_000])?.ticks).toEqual([60_000, 600_000]);
  expect(logAxis([0, 0])).toBeNull();
});

test.each([
  [16_500, [0, 5_000, 10_000, 15_000, 20_000]],
  [0, [0, 1]],
  [100_000, [0, 30_000, 60_000, 90_000, 120_000]],
  [9 * 24 * HOUR, [0, 3 * 24 * HOUR, 6 * 24 * HOUR, 9 * 24 * HOUR]],
])('an axis up to %i ms has few round steps', (most, ticks) => {
  expect(durationAxis(most)).toEqual({ domain: [0, ticks.at(-1)], ticks });
});

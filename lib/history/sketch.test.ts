import { expect, test } from 'vitest';
import { addBins, newSketch, quantiles, toBins } from './sketch';

/** Exact quantile by rank, as DDSketch defines it. */
function exact(values: number[], q: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))] as number;
}

test('quantiles stay within 5 % of the exact ones, also after being stored and merged', () => {
  const values = Array.from({ length: 20_000 }, (_, index) =>
    Math.round(1 + 3_000 * (((index * 7919) % 20_000) / 20_000) ** 3),
  );
  const halves = [newSketch(), newSketch()];
  for (const [index, value] of values.entries()) halves[index % 2]?.accept(value);
  const merged = newSketch();
  for (const half of halves) addBins(merged, toBins(half));
  const { p50, p95, p99 } = quantiles(merged);
  for (const [measured, q] of [
    [p50, 0.5],
    [p95, 0.95],
    [p99, 0.99],
  ] as const) {
    const truth = exact(values, q);
    expect(Math.abs((measured as number) - truth) / truth).toBeLessThan(0.05);
  }
  expect(merged.count).toBe(values.length);
});

test('durations of 0 ms count', () => {
  const sketch = newSketch();
  for (const ms of [0, 0, 0, 10]) sketch.accept(ms);
  const restored = newSketch();
  addBins(restored, toBins(sketch));
  expect(quantiles(restored).p50).toBe(0);
  expect(restored.count).toBe(4);
});

test('nothing measured gives no quantiles', () =>
  expect(quantiles(newSketch())).toEqual({ p50: null, p95: null, p99: null }));

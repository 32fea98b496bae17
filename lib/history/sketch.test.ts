import { expect, test } from 'vitest';
import {
  BinCounts,
  binOf,
  collapse,
  countOf,
  mergeBins,
  newSketch,
  NO_BINS,
  quantileOf,
  quantiles,
  quantilesOf,
  upperBoundOf,
} from './sketch';

/** Exact quantile by rank, as DDSketch defines it. */
function exact(values: number[], q: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))] as number;
}

function binsOf(values: readonly number[]) {
  const counts = new BinCounts();
  for (const value of values) counts.add(binOf(value), 1);
  return counts.toBins();
}

test('quantiles stay within 5 % of the exact ones, also after being merged', () => {
  const values = Array.from({ length: 20_000 }, (_, index) =>
    Math.round(1 + 3_000 * (((index * 7919) % 20_000) / 20_000) ** 3),
  );
  const merged = mergeBins([binsOf(values.slice(0, 7_000)), binsOf(values.slice(7_000))]);
  for (const q of [0.01, 0.1, 0.5, 0.95, 0.99, 0.999]) {
    const truth = exact(values, q);
    expect(Math.abs((quantileOf(merged, q) as number) - truth) / truth).toBeLessThan(0.05);
  }
  expect(countOf(merged)).toBe(values.length);
});

test('bins of the first layout become the ones that the values fall into today', () => {
  const values = Array.from({ length: 500 }, (_, index) => 0.3 * 1.03 ** index);
  const sketch = newSketch();
  for (const value of values) sketch.accept(value);
  const { bins, offset } = sketch.store;
  expect(collapse({ zeros: 0, first: offset, counts: bins })).toEqual(binsOf(values));
});

test('a value lies within the bounds of its bin', () => {
  for (const ms of [0.5, 1, 17, 400, 86_400_000]) {
    const bin = binOf(ms) as number;
    expect(upperBoundOf(bin)).toBeGreaterThanOrEqual(ms * 0.999_999);
    expect(upperBoundOf(bin - 1)).toBeLessThan(ms);
  }
});

test('durations of 0 ms count', () => {
  const bins = binsOf([0, 0, 0, 10]);
  expect(quantileOf(bins, 0.5)).toBe(0);
  expect(countOf(bins)).toBe(4);
});

test('no duration needs a bin far from the others', () => {
  const bins = binsOf([Number.MAX_VALUE, Infinity, 1e-300, Number.NaN, 1]);
  expect(bins.zeros).toBe(2);
  expect(countOf(bins)).toBe(5);
  expect(bins.counts.length).toBeLessThan(400);
});

test('nothing measured gives no quantiles', () => {
  const none = { p50: null, p95: null, p99: null };
  expect(quantiles(newSketch())).toEqual(none);
  expect(quantilesOf(NO_BINS)).toEqual(none);
});

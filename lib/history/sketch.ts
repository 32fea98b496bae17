import { DDSketch } from '@datadog/sketches-js';
import type { Quantiles } from '../domain/queue';

/** Largest relative error of a quantile of the last minute. */
const LIVE_ACCURACY = 0.02;
/**
 * The history keeps every two bins of that as one, as UDDSketch does (Epicoco et al. 2020): half the space, merging
 * stays exact, and the error is 4 % of the 5 % promised.
 */
export const HISTORY_ACCURACY = (2 * LIVE_ACCURACY) / (1 + LIVE_ACCURACY ** 2);

/** A mergeable distribution of durations (ms): DDSketch (Masson, Rim, Lee, VLDB 2019). */
export type Sketch = DDSketch;

export function newSketch(): Sketch {
  return new DDSketch({ relativeAccuracy: LIVE_ACCURACY });
}

/** A distribution: how many durations of no length, and how many in the bin `first` and in each one after it. */
export type SketchBins = { zeros: number; first: number; counts: ArrayLike<number> };

export const NO_BINS: SketchBins = { zeros: 0, first: 0, counts: [] };

const { mapping } = new DDSketch({ relativeAccuracy: HISTORY_ACCURACY });
/** Durations below this (ms) count as none. */
const SMALLEST_MS = 0.001;
/** Durations above this (ms, 300 years) count as this, which bounds the number of bins. */
const LARGEST_MS = 1e13;

/** Bin of a duration, `null` for none at all. */
export function binOf(ms: number): number | null {
  return ms >= SMALLEST_MS ? mapping.key(Math.min(ms, LARGEST_MS)) : null;
}

/** Largest duration (ms) that falls into a bin. */
export function upperBoundOf(bin: number): number {
  return Math.pow(mapping.gamma, bin);
}

/** Bins of twice the accuracy, as the first layout of the store had them, in those of today. */
export function collapse(narrow: SketchBins): SketchBins {
  const wide = new BinCounts();
  wide.zeros = narrow.zeros;
  for (const [bin, count] of pairsOf(narrow)) wide.add(Math.ceil(bin / 2), count);
  return wide.toBins();
}

/** A distribution that grows. */
export class BinCounts {
  zeros = 0;
  private first = 0;
  private readonly counts: number[] = [];

  /** `bin` from `binOf`. */
  add(bin: number | null, count: number): void {
    if (bin === null) this.zeros += count;
    else if (count > 0) {
      if (this.counts.length === 0) this.first = bin;
      for (; bin < this.first; this.first -= 1) this.counts.unshift(0);
      const index = bin - this.first;
      while (this.counts.length <= index) this.counts.push(0);
      this.counts[index] = (this.counts[index] as number) + count;
    }
  }

  addAll({ zeros, first, counts }: SketchBins): void {
    this.zeros += zeros;
    for (let index = 0; index < counts.length; index += 1) this.add(first + index, counts[index] as number);
  }

  toBins(): SketchBins {
    return { zeros: this.zeros, first: this.first, counts: [...this.counts] };
  }
}

/** The bins in which there is something, ascending. */
export function pairsOf({ first, counts }: SketchBins): [bin: number, count: number][] {
  const pairs: [number, number][] = [];
  for (let index = 0; index < counts.length; index += 1) {
    const count = counts[index] as number;
    if (count > 0) pairs.push([first + index, count]);
  }
  return pairs;
}

export function countOf({ zeros, counts }: SketchBins): number {
  let sum = zeros;
  for (let index = 0; index < counts.length; index += 1) sum += counts[index] as number;
  return sum;
}

export function mergeBins(parts: readonly SketchBins[]): SketchBins {
  const [first = NO_BINS] = parts;
  if (parts.length <= 1) return first;
  const sum = new BinCounts();
  for (const part of parts) sum.addAll(part);
  return sum.toBins();
}

/** The value (ms) of rank `q` (0 to 1), rounded to 0.1; `null` of nothing. */
export function quantileOf(bins: SketchBins, q: number): number | null {
  const count = countOf(bins);
  if (count === 0) return null;
  const rank = q * (count - 1);
  let seen = bins.zeros;
  if (rank < seen) return 0;
  for (let index = 0; index < bins.counts.length; index += 1) {
    seen += bins.counts[index] as number;
    if (rank < seen) return Math.round(mapping.value(bins.first + index) * 10) / 10;
  }
  return 0;
}

export const NO_QUANTILES: Quantiles = { p50: null, p95: null, p99: null };

export function quantilesOf(bins: SketchBins): Quantiles {
  return { p50: quantileOf(bins, 0.5), p95: quantileOf(bins, 0.95), p99: quantileOf(bins, 0.99) };
}

/** ms, rounded; all `null` for an empty sketch. */
export function quantiles(sketch: Sketch | null): Quantiles {
  if (sketch === null || sketch.count === 0) return NO_QUANTILES;
  const at = (q: number) => Math.round(sketch.getValueAtQuantile(q) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

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

/** Counts of a distribution as stored: zeros, then (bin index, count) pairs in ascending order of the index. */
export type SketchBins = { zeros: number; bins: [index: number, count: number][] };

export const NO_BINS: SketchBins = { zeros: 0, bins: [] };

const { mapping } = new DDSketch({ relativeAccuracy: HISTORY_ACCURACY });
/** Durations below this (ms) count as none. */
const SMALLEST_MS = 0.001;

/** Bin of a duration, `null` for none at all. */
export function binOf(ms: number): number | null {
  return ms < SMALLEST_MS ? null : mapping.key(ms);
}

/** Largest duration (ms) that falls into a bin. */
export function upperBoundOf(bin: number): number {
  return Math.pow(mapping.gamma, bin);
}

/** Bins of twice the accuracy, as the first layout of the store had them, in those of today. */
export function collapse({ zeros, bins }: SketchBins): SketchBins {
  const counts = new BinCounts();
  counts.zeros = zeros;
  for (const [index, count] of bins) counts.add(Math.ceil(index / 2), count);
  return counts.toBins();
}

/** A distribution that grows. */
export class BinCounts {
  zeros = 0;
  private readonly counts = new Map<number, number>();

  /** `bin` from `binOf`. */
  add(bin: number | null, count: number): void {
    if (bin === null) this.zeros += count;
    else this.counts.set(bin, (this.counts.get(bin) ?? 0) + count);
  }

  addAll({ zeros, bins }: SketchBins): void {
    this.zeros += zeros;
    for (const [bin, count] of bins) this.add(bin, count);
  }

  toBins(): SketchBins {
    return { zeros: this.zeros, bins: [...this.counts].sort(([a], [b]) => a - b) };
  }
}

export function countOf({ zeros, bins }: SketchBins): number {
  return bins.reduce((sum, [, count]) => sum + count, zeros);
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
  for (const [bin, n] of bins.bins) {
    seen += n;
    if (rank < seen) return Math.round(mapping.value(bin) * 10) / 10;
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

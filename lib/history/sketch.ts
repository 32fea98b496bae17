import { DDSketch } from '@datadog/sketches-js';
import type { Quantiles } from '../domain/queue';

/** Largest relative error of a quantile; 2 % stays under the 5 % that is promised also after merging. */
const RELATIVE_ACCURACY = 0.02;

/** A mergeable distribution of durations (ms): DDSketch (Masson, Rim, Lee, VLDB 2019). */
export type Sketch = DDSketch;

export function newSketch(): Sketch {
  return new DDSketch({ relativeAccuracy: RELATIVE_ACCURACY });
}

/** Counts of a sketch: zeros, then (bin index, count) pairs in ascending order of the index. */
export type SketchBins = { zeros: number; bins: [index: number, count: number][] };

export function toBins(sketch: Sketch): SketchBins {
  const { bins, offset } = sketch.store;
  const result: [number, number][] = [];
  for (const [position, count] of bins.entries()) if (count > 0) result.push([position + offset, count]);
  return { zeros: sketch.zeroCount, bins: result };
}

/** Adds stored counts to a sketch; the counts were made with the same accuracy. */
export function addBins(sketch: Sketch, { zeros, bins }: SketchBins): void {
  sketch.zeroCount += zeros;
  sketch.count += zeros;
  for (const [index, count] of bins) {
    sketch.store.add(index, count);
    sketch.count += count;
  }
}

export const NO_QUANTILES: Quantiles = { p50: null, p95: null, p99: null };

/** ms, rounded; all `null` for an empty sketch. */
export function quantiles(sketch: Sketch | null): Quantiles {
  if (sketch === null || sketch.count === 0) return NO_QUANTILES;
  const at = (q: number) => Math.round(sketch.getValueAtQuantile(q) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

import { z } from 'zod';

/** Upper bounds (inclusive, ms) of the duration histograms; one more bucket holds what is longer. */
export const DURATION_BOUNDS_MS = [
  10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 3_600_000,
] as const;

/** Durations counted by bucket (not cumulative), one count more than there are bounds. */
export const histogramSchema = z.object({
  counts: z.array(z.number()).length(DURATION_BOUNDS_MS.length + 1),
  sumMs: z.number(),
});
export type Histogram = z.infer<typeof histogramSchema>;

/** Running totals of one queue since it was first counted; they only grow, also over restarts and changes of collector. */
export const queueTotalsSchema = z.object({
  /** ms since the epoch from which on events are counted. */
  since: z.number(),
  /** In the order of `COUNTER_METRICS`; what an older version stored may be shorter. */
  counters: z.array(z.number()),
  /** Run time of each attempt that ended. */
  run: histogramSchema,
  wait: histogramSchema,
});
export type QueueTotals = z.infer<typeof queueTotalsSchema>;

/** The bucket that a duration of `ms` belongs to. */
export function bucketOf(ms: number): number {
  const index = DURATION_BOUNDS_MS.findIndex((bound) => ms <= bound);
  return index === -1 ? DURATION_BOUNDS_MS.length : index;
}

/** Upper bound (ms) of the bucket that holds quantile `q`; `null` when nothing was measured or it is in the open one. */
export function quantileBound({ counts }: Histogram, q: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const [index, bound] of DURATION_BOUNDS_MS.entries()) {
    seen += counts[index] ?? 0;
    if (seen >= q * total) return bound;
  }
  return null;
}

/** Longest time that one script should keep the broker busy, ms. */
export const GENTLE_MS = 5;
const MIN_BATCH = 25;

/** How many jobs the next script may take, after one that took `size` of them and `ms` of the broker's time. */
export function nextBatchSize(size: number, ms: number, most: number): number {
  if (ms > GENTLE_MS) return Math.max(MIN_BATCH, Math.floor(size * Math.max(0.25, (0.8 * GENTLE_MS) / ms)));
  return ms < GENTLE_MS / 2 ? Math.min(most, size + Math.max(50, Math.floor(size / 4))) : size;
}

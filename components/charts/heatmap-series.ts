import type { Heatmap } from '@/lib/domain/series';

/** Strengths of colour. Counts differ by powers of ten, so the steps between them are logarithmic. */
export const LEVELS = 7;

/** Cells of one strength, as `step` and `row`; strength 0 is the weakest. */
export type Cells = { step: number; row: number }[][];

/** Cells by strength, those without a job left out, and the highest count. */
export function toCells({ counts }: Heatmap): { cells: Cells; most: number } {
  const most = counts.reduce((high, rows) => Math.max(high, ...(rows ?? [])), 0);
  const cells: Cells = Array.from({ length: LEVELS }, () => []);
  for (const [step, rows] of counts.entries())
    for (const [row, count] of rows?.entries() ?? []) if (count > 0) cells[levelOf(count, most)]?.push({ step, row });
  return { cells, most };
}

/** Strength of a count, 0 to `LEVELS` - 1. */
export function levelOf(count: number, most: number): number {
  return most <= 1 ? LEVELS - 1 : Math.min(LEVELS - 1, Math.floor((Math.log(count) / Math.log(most)) * LEVELS));
}

/** Jobs of each row over the whole range. */
export function totalsOf({ counts, bounds }: Heatmap): number[] {
  const totals = new Array<number>(bounds.length).fill(0);
  for (const rows of counts) for (const [row, count] of rows?.entries() ?? []) totals[row] = (totals[row] ?? 0) + count;
  return totals;
}

/** Shortest duration (ms) of a row: rows grow by the same factor. */
export function lowerBound(bounds: readonly number[], row: number): number {
  const below = bounds[row - 1];
  if (below !== undefined) return below;
  const [first = 1, second = first * 2] = bounds;
  return (first * first) / second;
}

/** Place of a duration on the axis, 0 (lowest row's foot) to 1; outside of it below 0 or above 1. */
export function placeOf(ms: number, bounds: readonly number[]): number {
  const [low, high] = [lowerBound(bounds, 0), bounds.at(-1) ?? 1];
  return high <= low ? 0 : Math.log(ms / low) / Math.log(high / low);
}

const ROUND_MS = [
  ...[1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000],
  ...[60_000, 300_000, 1_800_000, 3_600_000, 14_400_000, 86_400_000, 604_800_000],
];

/** Round durations (ms) that lie on the axis. */
export function durationTicks(bounds: readonly number[], most = 6): number[] {
  const within = ROUND_MS.filter((ms) => placeOf(ms, bounds) >= 0.02 && placeOf(ms, bounds) <= 0.98);
  const every = Math.ceil(within.length / most);
  return within.filter((_, index) => index % every === 0);
}

import { lowerBound } from './heatmap-series';

/** A group of durations that lie together: its usual length (ms) and its part of all, 0 to 1. */
export type Hump = { ms: number; share: number };

/** Smaller groups are not worth a word. */
const LEAST_SHARE = 0.03;
/** Between two humps the counts fall below this part of the lower one. */
const VALLEY = 0.4;

/** The groups that durations fall into, shortest first: two of them are what one percentile hides. */
export function findHumps(totals: readonly number[], bounds: readonly number[]): Hump[] {
  const all = totals.reduce((sum, count) => sum + count, 0);
  if (all === 0) return [];
  const smooth = totals.map((count, row) => ((totals[row - 1] ?? 0) + 2 * count + (totals[row + 1] ?? 0)) / 4);
  const at = (row: number) => smooth[row] ?? 0;
  const peaks = [...smooth.keys()].filter((row) => at(row) > 0 && at(row) >= at(row - 1) && at(row) > at(row + 1));
  const kept: { peak: number; end: number }[] = [];
  for (const peak of peaks) {
    const last = kept.at(-1);
    if (!last) {
      kept.push({ peak, end: totals.length });
      continue;
    }
    const valley = lowest(smooth, last.peak, peak);
    if (at(valley) < VALLEY * Math.min(at(last.peak), at(peak))) {
      last.end = valley;
      kept.push({ peak, end: totals.length });
    } else if (at(peak) > at(last.peak)) last.peak = peak;
  }
  return kept.flatMap(({ peak, end }, index) => {
    const start = kept[index - 1]?.end ?? 0;
    const share = totals.slice(start, end).reduce((sum, count) => sum + count, 0) / all;
    const ms = Math.sqrt(lowerBound(bounds, peak) * (bounds[peak] ?? 1));
    return share >= LEAST_SHARE ? [{ ms, share }] : [];
  });
}

function lowest(values: readonly number[], from: number, to: number): number {
  let best = from;
  for (let row = from; row <= to; row += 1) if ((values[row] ?? 0) < (values[best] ?? 0)) best = row;
  return best;
}

/** The same in a sentence, `format` giving a duration. */
export function humpWords(humps: readonly Hump[], format: (ms: number) => string): string {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  if (humps.length === 0) return 'No job in this range.';
  const [only] = humps;
  if (humps.length === 1 && only) return `One group, around ${format(only.ms)}.`;
  const parts = humps.map(({ ms, share }) => `${percent(share)} around ${format(ms)}`);
  const count = ['two', 'three', 'four'][humps.length - 2] ?? String(humps.length);
  return `${count[0]?.toUpperCase()}${count.slice(1)} groups: ${parts.join(', ')}.`;
}

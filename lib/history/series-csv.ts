import { csvLine } from '../domain/csv';
import type { Series } from '../domain/series';

/** One row a step; a value that is not known is an empty field. Line ends as RFC 4180 wants them. */
export function toCsv({ from, stepMs, series, gaps, partial, unfinishedFrom }: Series): string {
  const metrics = Object.keys(series);
  const length = Math.max(0, ...metrics.map((metric) => series[metric]?.length ?? 0));
  const lines = [csvLine(['time', ...metrics, 'quality'])];
  for (let step = 0; step < length; step += 1) {
    const [start, end] = [from + step * stepMs, from + (step + 1) * stepMs];
    const quality =
      unfinishedFrom !== null && end > unfinishedFrom
        ? 'unfinished'
        : gaps.some(([a, b]) => a < end && b > start) || partial.some((part) => part.from < end && part.to > start)
          ? 'partial'
          : 'exact';
    lines.push(
      csvLine([new Date(start).toISOString(), ...metrics.map((metric) => series[metric]?.[step] ?? null), quality]),
    );
  }
  return lines.join('');
}

import type { Series } from '@/lib/domain/series';
import { formatDuration } from '../format/duration';

/** One bucket of a chart: its start and a value a line, `null` where nothing is known. */
export type Row = { at: number } & Record<string, number | null>;

/** How a line is drawn. `dash` doubles the colour for those who cannot tell colours apart. */
export type LineSpec = {
  key: string;
  label: string;
  /** A CSS colour. */
  color: string;
  dash?: string;
  shape: 'line' | 'area' | 'step';
  /** Jobs counted in each bucket: one that is still filling holds fewer, and no line may fall to it. */
  isCount?: boolean;
  /** An age in ms, drawn against an axis of its own at the right. */
  isAge?: boolean;
};

/** What a chart needs to draw: computed by the `…-series.ts` files. `ghosts`: lines of the time that is compared with. */
export type ChartData = { rows: Row[]; lines: LineSpec[]; ghosts?: LineSpec[] };

/** How a line's values are written: ages as durations, whatever the rest of the chart counts. */
export function formatFor({ isAge }: LineSpec, format: (value: number) => string): (value: number) => string {
  return isAge ? formatDuration : format;
}

/** Buckets as rows, with `read` giving each line's value. */
export function toRows(
  series: Series,
  keys: readonly string[],
  read: (key: string, index: number) => number | null,
): Row[] {
  const count = Math.max(0, Math.round((series.to - series.from) / series.stepMs));
  return Array.from({ length: count }, (_, index) => {
    const row: Row = { at: series.from + index * series.stepMs };
    for (const key of keys) row[key] = read(key, index);
    return row;
  });
}

/** The value of a metric as it came. */
export function valueAt({ series }: Series, metric: string, index: number): number | null {
  return series[metric]?.[index] ?? null;
}

/** Below this share of a bucket a pace says more about chance than about the queue. */
const LEAST_SHARE = 0.25;

/**
 * A counter as a pace per minute. The bucket that is still filling counts by the time that has passed of it, and is
 * left out while that is too little.
 */
export function perMinuteAt(series: Series, metric: string, index: number, now: number): number | null {
  const value = valueAt(series, metric, index);
  if (value === null) return null;
  const start = series.from + index * series.stepMs;
  const isFilling = series.unfinishedFrom !== null && start >= series.unfinishedFrom;
  const passed = isFilling ? Math.min(series.stepMs, now - start) : series.stepMs;
  if (passed < LEAST_SHARE * series.stepMs) return null;
  return (value * 60_000) / passed;
}

/** Lines that have at least one value, so that states which a library does not have take no room. */
export function onlyKnown({ rows, lines }: ChartData): ChartData {
  return { rows, lines: lines.filter(({ key }) => rows.some((row) => row[key] !== null && row[key] !== undefined)) };
}

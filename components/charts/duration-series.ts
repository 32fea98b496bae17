import type { Series } from '@/lib/domain/series';
import { toRows, valueAt, type ChartData } from './series-rows';

export type DurationKind = 'runMs' | 'waitMs';
export const DURATION_METRICS = [
  'runMs.p50',
  'runMs.p95',
  'runMs.p99',
  'waitMs.p50',
  'waitMs.p95',
  'waitMs.p99',
] as const;

/** A logarithmic axis has no zero: what took less than this is drawn here. */
const LEAST_MS = 1;

/** Run or wait time at three quantiles, ms, of the jobs that ended or started in each bucket. */
export function toDuration(series: Series, kind: DurationKind): ChartData {
  const keys = [`${kind}.p50`, `${kind}.p95`, `${kind}.p99`];
  return {
    rows: toRows(series, keys, (key, index) => {
      const value = valueAt(series, key, index);
      return value === null ? null : Math.max(LEAST_MS, value);
    }),
    lines: [
      { key: `${kind}.p50`, label: 'p50', color: 'var(--s-active)', shape: 'line' },
      { key: `${kind}.p95`, label: 'p95', color: 'var(--s-waiting)', dash: '6 3', shape: 'line' },
      { key: `${kind}.p99`, label: 'p99', color: 'var(--s-delayed)', dash: '2 3', shape: 'line' },
    ],
  };
}

import type { Series } from '@/lib/domain/series';
import { toRows, valueAt, type ChartData } from './series-rows';

export type DurationKind = 'runMs' | 'waitMs';

/** Metrics of the API for one kind of duration. */
export function durationMetrics(kind: DurationKind): string[] {
  return ['p50', 'p95', 'p99'].map((quantile) => `${kind}.${quantile}`);
}
export const DURATION_METRICS = [...durationMetrics('runMs'), ...durationMetrics('waitMs')];

/** A logarithmic axis has no zero: what took less than this is drawn here. */
const LEAST_MS = 1;

/** Run or wait time at three quantiles, ms, of the jobs that ended or started in each bucket. */
export function toDuration(series: Series, kind: DurationKind): ChartData {
  const keys = durationMetrics(kind);
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

export function toRunTime(series: Series): ChartData {
  return toDuration(series, 'runMs');
}

export function toWaitTime(series: Series): ChartData {
  return toDuration(series, 'waitMs');
}

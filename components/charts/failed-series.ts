import type { Series } from '@/lib/domain/series';
import { toRows, valueAt, type ChartData } from './series-rows';

export const FAILED_METRICS = ['failed', 'failedAttempts'] as const;

/** Jobs that failed for good, and attempts that failed and are tried again, counted per bucket. */
export function toFailed(series: Series): ChartData {
  return {
    rows: toRows(series, FAILED_METRICS, (key, index) => valueAt(series, key, index)),
    lines: [
      { key: 'failed', label: 'failed', color: 'var(--s-failed)', shape: 'area', isCount: true },
      {
        key: 'failedAttempts',
        label: 'failed attempts, retried',
        color: 'var(--s-attempts)',
        dash: '4 3',
        shape: 'line',
        isCount: true,
      },
    ],
  };
}

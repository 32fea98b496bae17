import type { Series } from '@/lib/domain/series';
import { toRows, perMinuteAt, type ChartData } from './series-rows';

export const THROUGHPUT_METRICS = ['arrived', 'completed'] as const;

/** Arrivals against completions per minute: while the first is above the second, the backlog grows. */
export function toThroughput(series: Series, now: number): ChartData {
  return {
    rows: toRows(series, THROUGHPUT_METRICS, (key, index) => perMinuteAt(series, key, index, now)),
    lines: [
      { key: 'arrived', label: 'arrived', color: 'var(--s-waiting)', dash: '5 3', shape: 'line' },
      { key: 'completed', label: 'completed', color: 'var(--s-completed)', shape: 'line' },
    ],
  };
}

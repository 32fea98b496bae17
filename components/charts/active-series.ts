import type { Series } from '@/lib/domain/series';
import { onlyKnown, toRows, valueAt, type ChartData } from './series-rows';

export const ACTIVE_METRICS = ['depth.active', 'workers'] as const;

/** Running jobs and connected workers: the highest of each bucket. */
export function toActive(series: Series): ChartData {
  return toHeld(series, 'active jobs', 'workers');
}

/** The same of messages. */
export function toUnacknowledged(series: Series): ChartData {
  return toHeld(series, 'unacknowledged', 'consumers');
}

function toHeld(series: Series, held: string, holders: string): ChartData {
  return onlyKnown({
    rows: toRows(series, ACTIVE_METRICS, (key, index) => valueAt(series, key, index)),
    lines: [
      { key: 'depth.active', label: held, color: 'var(--s-active)', shape: 'area' },
      { key: 'workers', label: holders, color: 'var(--ink-2)', dash: '2 3', shape: 'step' },
    ],
  });
}

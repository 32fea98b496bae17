import type { Series } from '@/lib/domain/series';
import { onlyKnown, toRows, valueAt, type ChartData } from './series-rows';

export const ACTIVE_METRICS = ['depth.active', 'workers'] as const;

/** Running jobs and connected workers: the highest of each bucket. */
export function toActive(series: Series): ChartData {
  return onlyKnown({
    rows: toRows(series, ACTIVE_METRICS, (key, index) => valueAt(series, key, index)),
    lines: [
      { key: 'depth.active', label: 'active jobs', color: 'var(--s-active)', shape: 'area' },
      { key: 'workers', label: 'workers', color: 'var(--ink-2)', dash: '2 3', shape: 'step' },
    ],
  });
}

import type { Series } from '@/lib/domain/series';
import { toRows, valueAt, type ChartData } from './series-rows';

export const STALLED_METRICS = ['stalled'] as const;

/** Jobs that lost their worker, counted per bucket. */
export function toStalled(series: Series): ChartData {
  return {
    rows: toRows(series, STALLED_METRICS, (key, index) => valueAt(series, key, index)),
    lines: [{ key: 'stalled', label: 'stalled', color: 'var(--s-stalled)', shape: 'area', isCount: true }],
  };
}

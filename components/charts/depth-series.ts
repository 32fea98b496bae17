import type { Series } from '@/lib/domain/series';
import { onlyKnown, toRows, valueAt, type ChartData } from './series-rows';

const LINES = [
  { key: 'depth.waiting', label: 'waiting', color: 'var(--s-waiting)' },
  { key: 'depth.prioritized', label: 'prioritized', color: 'var(--s-prioritized)' },
  { key: 'depth.paused', label: 'paused', color: 'var(--s-paused)' },
  { key: 'depth.delayed', label: 'delayed', color: 'var(--s-delayed)' },
  { key: 'depth.waitingChildren', label: 'waiting for children', color: 'var(--s-waiting-children)' },
] as const;
export const DEPTH_METRICS = LINES.map(({ key }) => key);

/** Jobs that have not run yet, by state: the highest of each bucket. */
export function toDepth(series: Series): ChartData {
  return onlyKnown({
    rows: toRows(series, DEPTH_METRICS, (key, index) => valueAt(series, key, index)),
    lines: LINES.map((line) => ({ ...line, shape: 'area' })),
  });
}

import type { Series } from '@/lib/domain/series';
import { toRows, valueAt, type ChartData } from './series-rows';

const LINES = [
  { key: 'depth.waiting', label: 'waiting', color: 'var(--s-waiting)' },
  { key: 'depth.prioritized', label: 'prioritized', color: 'var(--s-prioritized)' },
  { key: 'depth.paused', label: 'paused', color: 'var(--s-paused)' },
  { key: 'depth.delayed', label: 'delayed', color: 'var(--s-delayed)' },
  { key: 'depth.waitingChildren', label: 'waiting for children', color: 'var(--s-waiting-children)' },
] as const;
export const DEPTH_METRICS = LINES.map(({ key }) => key);

/**
 * Jobs that have not run yet, by state: the highest of each bucket. States that hold nothing in the whole range are
 * left out, since their lines would lie on top of the others; `waiting` always stays.
 */
export function toDepth(series: Series): ChartData {
  const rows = toRows(series, DEPTH_METRICS, (key, index) => valueAt(series, key, index));
  const lines = LINES.filter(({ key }) => key === 'depth.waiting' || rows.some((row) => (row[key] ?? 0) > 0));
  return { rows, lines: lines.map((line) => ({ ...line, shape: 'area' })) };
}

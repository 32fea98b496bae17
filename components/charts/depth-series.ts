import type { Series } from '@/lib/domain/series';
import { toRows, valueAt, type ChartData, type LineSpec } from './series-rows';

const LINES = [
  { key: 'depth.waiting', label: 'waiting', color: 'var(--s-waiting)' },
  { key: 'depth.prioritized', label: 'prioritized', color: 'var(--s-prioritized)' },
  { key: 'depth.paused', label: 'paused', color: 'var(--s-paused)' },
  { key: 'depth.delayed', label: 'delayed', color: 'var(--s-delayed)' },
  { key: 'depth.waitingChildren', label: 'waiting for children', color: 'var(--s-waiting-children)' },
] as const;
const OLDEST = 'oldestWaitingMs';
const OVERDUE = 'overdueMs';
const IS_BOUND = 'oldestIsAtLeast';
/** Workers move a delayed job on when they next look, up to some seconds after it is due. */
const OVERDUE_SHOWN_MS = 5_000;
export const DEPTH_METRICS = [...LINES.map(({ key }) => key), OLDEST, OVERDUE, IS_BOUND];

/**
 * Jobs that have not run yet, by state: the highest of each bucket. States that hold nothing in the whole range are
 * left out, since their lines would lie on top of the others; `waiting` always stays. Above them, dashed, how long the
 * oldest has waited, and how long delayed jobs are overdue.
 */
export function toDepth(series: Series): ChartData {
  const rows = toRows(series, [...LINES.map(({ key }) => key), OLDEST, OVERDUE], (key, index) =>
    valueAt(series, key, index),
  );
  const lines = LINES.filter(({ key }) => key === 'depth.waiting' || rows.some((row) => (row[key] ?? 0) > 0));
  const highest = (key: string) => Math.max(0, ...rows.map((row) => row[key] ?? 0));
  const isBound = series.series[IS_BOUND]?.some((value) => value === 1) ?? false;
  const ages: LineSpec[] = [];
  if (highest(OLDEST) > 0)
    ages.push({
      key: OLDEST,
      label: isBound ? 'oldest, at least' : 'oldest',
      color: 'var(--ink-2)',
      dash: '5 3',
      shape: 'line',
      isAge: true,
    });
  if (highest(OVERDUE) >= OVERDUE_SHOWN_MS)
    ages.push({ key: OVERDUE, label: 'overdue', color: 'var(--warn)', dash: '2 3', shape: 'line', isAge: true });
  return { rows, lines: [...lines.map((line): LineSpec => ({ ...line, shape: 'area' })), ...ages] };
}

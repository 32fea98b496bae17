import type { Series } from '@/lib/domain/series';
import { formatDuration } from '../format/duration';
import { formatCompact, formatCount } from '../format/number';
import { perMinuteAt, toRows, valueAt, type ChartData } from '../charts/series-rows';

type Spec = { label: string; unit: string; color: string; isDuration?: boolean; isPace?: boolean; needsOne?: boolean };

/** What the chart above the timeline may show. `needsOne`: a figure of one queue, which does not add up over several. */
export const TIMELINE_METRICS = {
  'depth.backlog': { label: 'Backlog', unit: 'jobs', color: 'var(--s-waiting)' },
  'depth.waiting': { label: 'Waiting', unit: 'jobs', color: 'var(--s-waiting)' },
  'depth.active': { label: 'Active', unit: 'jobs', color: 'var(--s-active)' },
  'depth.delayed': { label: 'Delayed', unit: 'jobs', color: 'var(--s-delayed)' },
  'depth.failed': { label: 'Failed jobs kept', unit: 'jobs', color: 'var(--s-failed)' },
  arrived: { label: 'Arrived', unit: 'jobs per minute', color: 'var(--s-waiting)', isPace: true },
  completed: { label: 'Completed', unit: 'jobs per minute', color: 'var(--s-completed)', isPace: true },
  failed: { label: 'Failed', unit: 'jobs per minute', color: 'var(--s-failed)', isPace: true },
  failedAttempts: { label: 'Failed attempts', unit: 'per minute', color: 'var(--s-failed)', isPace: true },
  stalled: { label: 'Stalled', unit: 'jobs per minute', color: 'var(--s-stalled)', isPace: true },
  workers: { label: 'Workers', unit: 'connected', color: 'var(--s-active)' },
  oldestWaitingMs: { label: 'Oldest waiting', unit: 'age', color: 'var(--s-waiting)', isDuration: true },
  'waitMs.p95': {
    label: 'Wait time p95',
    unit: 'duration',
    color: 'var(--s-waiting)',
    isDuration: true,
    needsOne: true,
  },
  'runMs.p50': { label: 'Run time p50', unit: 'duration', color: 'var(--s-active)', isDuration: true, needsOne: true },
  'runMs.p95': { label: 'Run time p95', unit: 'duration', color: 'var(--s-active)', isDuration: true, needsOne: true },
} as const satisfies Record<string, Spec>;
export type TimelineMetric = keyof typeof TIMELINE_METRICS;
export const TIMELINE_METRIC_NAMES = Object.keys(TIMELINE_METRICS) as TimelineMetric[];

export function specOf(metric: TimelineMetric): Spec {
  return TIMELINE_METRICS[metric];
}

/** The one line of the chart; counters as a pace. */
export function toLine(metric: TimelineMetric): (series: Series, now: number) => ChartData {
  const { label, color, isPace = false } = specOf(metric);
  return (series, now) => ({
    rows: toRows(series, [metric], (key, index) =>
      isPace ? perMinuteAt(series, key, index, now) : valueAt(series, key, index),
    ),
    lines: [{ key: metric, label: label.toLowerCase(), color, shape: 'line' }],
  });
}

export function formatOf(metric: TimelineMetric): { axis(value: number): string; exact(value: number): string } {
  const { isDuration = false, isPace = false } = specOf(metric);
  if (isDuration) return { axis: formatDuration, exact: formatDuration };
  return { axis: formatCompact, exact: isPace ? formatCompact : formatCount };
}

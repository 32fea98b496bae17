import type { AlertMetric, AlertRule } from '@/lib/domain/alert';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/number';

const METRIC_WORDS: Record<AlertMetric, string> = {
  waiting: 'waiting jobs',
  active: 'active jobs',
  delayed: 'delayed jobs',
  prioritized: 'prioritized jobs',
  paused: 'paused jobs',
  completed: 'completed jobs kept',
  failed: 'failed jobs kept',
  backlog: 'backlog',
  oldestWaitingMs: 'age of the oldest waiting job',
  workers: 'connected workers',
  arrivedPerMinute: 'jobs arrived per minute',
  completedPerMinute: 'jobs completed per minute',
  failedPerMinute: 'jobs failed per minute',
  stalledPerMinute: 'jobs stalled per minute',
};

/** A value of a metric with its unit. */
export function metricValue(metric: AlertMetric, value: number | null): string {
  return metric === 'oldestWaitingMs' ? formatDuration(value) : formatCount(value);
}

/** The condition of a rule in one line: `backlog above 1,000 for 2 m; ends at 800 or less`. */
export function ruleWords({ metric, above, below, clearBelow, forSeconds }: AlertRule): string {
  const limit =
    above !== undefined ? `above ${metricValue(metric, above)}` : `below ${metricValue(metric, below ?? 0)}`;
  const lasting = forSeconds > 0 ? ` for ${formatDuration(forSeconds * 1000)}` : '';
  const ending =
    clearBelow !== undefined && clearBelow !== above ? `; ends at ${metricValue(metric, clearBelow)} or less` : '';
  return `${METRIC_WORDS[metric]} ${limit}${lasting}${ending}`;
}

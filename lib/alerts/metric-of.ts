import type { AlertMetric, AlertRule } from '../domain/alert';
import type { LastMinute, Queue } from '../domain/queue';

const PER_MINUTE = {
  arrivedPerMinute: 'arrived',
  completedPerMinute: 'completed',
  failedPerMinute: 'failed',
  stalledPerMinute: 'stalled',
} as const satisfies Partial<Record<AlertMetric, keyof LastMinute>>;

function isPerMinute(metric: AlertMetric): metric is keyof typeof PER_MINUTE {
  return metric in PER_MINUTE;
}

/**
 * The value that a rule is judged by, in the metric's own unit (jobs, ms, workers, jobs in the last minute); `null`
 * when it is not known. An incomplete minute is a lower bound: it can prove that a rule's `above` is exceeded, and
 * nothing else.
 */
export function metricOf(queue: Queue, { metric, above }: Pick<AlertRule, 'metric' | 'above'>): number | null {
  if (isPerMinute(metric)) {
    const { quality, [PER_MINUTE[metric]]: value } = queue.lastMinute;
    if (quality === 'exact' || value === null) return value;
    return quality === 'partial' && above !== undefined && value > above ? value : null;
  }
  switch (metric) {
    case 'backlog':
      return queue.backlog;
    case 'workers':
      return queue.workers;
    case 'oldestWaitingMs':
      // Nothing waits: an age of zero, and known.
      return queue.oldestWaitingMs ?? (queue.backlog === 0 ? 0 : null);
    default:
      return queue.counts[metric];
  }
}

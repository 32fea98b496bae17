import type { AlertMetric } from '../domain/alert';
import type { QueueId } from '../domain/queue';
import { queueLabel } from '../domain/queue-key';
import { countWords, durationWords, numberWords } from '../domain/words';
import type { Incident } from './incident';

/** Longest queue name in a sentence; names come from the broker and may be of any length. */
const MAX_LABEL = 200;

const NOUNS: Record<Exclude<AlertMetric, 'oldestWaitingMs'>, (value: number) => string> = {
  waiting: (value) => `${countWords(value, 'job')} waiting`,
  active: (value) => `${countWords(value, 'job')} active`,
  delayed: (value) => `${countWords(value, 'job')} delayed`,
  prioritized: (value) => `${countWords(value, 'job')} prioritized`,
  paused: (value) => `${countWords(value, 'job')} held by a pause`,
  completed: (value) => `${countWords(value, 'completed job')} kept`,
  failed: (value) => `${countWords(value, 'failed job')} kept`,
  backlog: (value) => `${countWords(value, 'job')} in the backlog`,
  workers: (value) => `${countWords(value, 'worker')} connected`,
  arrivedPerMinute: (value) => `${countWords(value, 'job')} arrived in the last minute`,
  completedPerMinute: (value) => `${countWords(value, 'job')} completed in the last minute`,
  failedPerMinute: (value) => `${countWords(value, 'job')} failed in the last minute`,
  stalledPerMinute: (value) => `${countWords(value, 'job')} stalled in the last minute`,
};

/** One sentence for a person: which queue, what value, against which bound; `reason`: why it ended, if not by value. */
export function sentenceOf(incident: Incident, queue: QueueId, reason: string | null): string {
  const { phase, bound, metric, threshold, value, calmSince, isStale, absentSince } = incident;
  const label = cut(queueLabel(queue));
  if (reason !== null) return `${label}: ended, because ${reason}.`;
  const limit = metric === 'oldestWaitingMs' ? durationWords(threshold) : numberWords(threshold);
  const isBeyond = value === null || (bound === 'above' ? value > threshold : value < threshold);
  const isCalm = phase === 'resolved' || calmSince !== null;
  const relation = isCalm
    ? `no longer ${bound} ${limit}`
    : isBeyond
      ? `${bound} ${limit}`
      : `no longer ${bound} ${limit}, but not yet low enough to end`;
  const whyStale = absentSince === null ? 'the queue cannot be read now' : 'the queue is not found any more';
  const stale = isStale ? ` (last known value; ${whyStale})` : '';
  const wait =
    phase === 'firing' && calmSince !== null ? '; ends when it stays so, because it came and went before' : '';
  return `${label}: ${valueWords(metric, value)}, ${relation}${wait}${stale}.`;
}

function valueWords(metric: AlertMetric, value: number | null): string {
  if (value === null) return 'value unknown';
  return metric === 'oldestWaitingMs' ? `the oldest job waits for ${durationWords(value)}` : NOUNS[metric](value);
}

function cut(text: string): string {
  return text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL)}…` : text;
}

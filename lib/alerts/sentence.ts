import { METRIC_INFO, NEVER_MS, valueWords } from '../domain/alert-metrics';
import type { QueueId } from '../domain/queue';
import { queueLabel } from '../domain/queue-key';
import { durationWords } from '../domain/words';
import type { AlertCase } from './alert-case';

/** Longest queue name in a sentence; names come from the broker and may be of any length. */
const MAX_LABEL = 200;

/** One sentence for a person: which queue, what value, against which bound; `reason`: why it ended, if not by value. */
export function sentenceOf(one: AlertCase, queue: QueueId | null, reason: string | null): string {
  const label = cut(queue ? queueLabel(queue) : one.source);
  if (reason !== null) return `${label}: ended, because ${reason}.`;
  return `${label}: ${saying(one)}${waitWords(one)}${staleWords(one)}.`;
}

function saying(one: AlertCase): string {
  const isOver = one.phase === 'resolved' || one.calmSince !== null;
  switch (one.watch) {
    case 'verdict':
      return isOver ? `no longer so: ${lower(one.verdict)}` : lower(one.verdict);
    case 'no-data': {
      const what = one.metric ? METRIC_INFO[one.metric].label : 'data';
      return isOver ? `the ${what} can be read again` : `the ${what} cannot be read`;
    }
    case 'forecast':
      return isOver ? 'the backlog will be empty in time' : forecast(one);
    case 'metric':
      return metricWords(one, isOver);
  }
}

function metricWords({ metric, value, threshold, bound }: AlertCase, isOver: boolean): string {
  if (metric === null || threshold === null) return 'its rule no longer tells what it watches';
  const limit = valueWords(metric, threshold);
  const isBeyond = value === null || (bound === 'above' ? value > threshold : value < threshold);
  const relation = isOver
    ? `no longer ${bound} ${limit}`
    : isBeyond
      ? `${bound} ${limit}`
      : `no longer ${bound} ${limit}, but not yet ${bound === 'above' ? 'low' : 'high'} enough to end`;
  return `${value === null ? 'value unknown' : METRIC_INFO[metric].says(value)}, ${relation}`;
}

function forecast({ deadline, value }: AlertCase): string {
  const by =
    deadline === null ? 'in time' : `by ${new Date(deadline).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const late =
    value === null ? '' : value >= NEVER_MS / 2 ? '; it does not shrink' : `, but ${durationWords(value)} later`;
  return `the backlog will not be empty ${by}${late}`;
}

function waitWords({ phase, calmSince, calmForMs }: AlertCase): string {
  if (phase !== 'firing' || calmSince === null || calmForMs === 0) return '';
  return '; ends when it stays so, because it came and went before';
}

function staleWords({ staleSince, absentSince, whyStale }: AlertCase): string {
  if (staleSince === null) return '';
  if (absentSince !== null) return ' (last known value; the queue is not found any more)';
  return ` (last known value; ${whyStale ?? 'the queue cannot be read now'})`;
}

function lower(verdict: AlertCase['verdict']): string {
  if (!verdict) return 'the verdict is not known any more';
  const text = verdict.sentence.replace(/\.$/, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function cut(text: string): string {
  return text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL)}…` : text;
}

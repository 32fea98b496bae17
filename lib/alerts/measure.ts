import { isBrokerMetric, type AlertMetric, type AlertRule } from '../domain/alert-rule';
import { NEVER_MS } from '../domain/alert-metrics';
import { overdueMs } from '../domain/backlog';
import type { Broker } from '../domain/broker';
import { SEVERITIES, type LastMinute, type Queue, type Verdict } from '../domain/queue';

/** A queue or a broker, as it was last read. `isUp`: its source answers. */
export type Subject =
  | { key: string; source: string; queue: Queue; broker?: undefined; isUp: boolean }
  | { key: string; source: string; queue?: undefined; broker: Broker; isUp: boolean };

const PER_MINUTE = {
  arrivedPerMinute: 'arrived',
  startedPerMinute: 'started',
  completedPerMinute: 'completed',
  failedPerMinute: 'failed',
  failedAttemptsPerMinute: 'failedAttempts',
  stalledPerMinute: 'stalled',
} as const satisfies Partial<Record<AlertMetric, keyof LastMinute>>;

/** Of fewer finished jobs no share is told: one failure of one job is not 100 %. */
export const MIN_FINISHED = 5;

type Watch = NonNullable<AlertRule['verdict']>;
type Watched = Pick<AlertRule, 'metric' | 'above'>;

/**
 * The value that a rule is judged by, in the metric's own unit; `null` when it is not known. An incomplete minute is a
 * lower bound: it can prove that `above` is exceeded, and nothing else. `now`: ms.
 */
export function metricOf(queue: Queue, { metric, above }: Watched, now: number): number | null {
  const { lastMinute, counts, oldest } = queue;
  switch (metric) {
    case 'arrivedPerMinute':
    case 'startedPerMinute':
    case 'completedPerMinute':
    case 'failedPerMinute':
    case 'failedAttemptsPerMinute':
    case 'stalledPerMinute': {
      const value = lastMinute[PER_MINUTE[metric]];
      if (lastMinute.quality === 'exact' || value === null) return value;
      return lastMinute.quality === 'partial' && above !== undefined && value > above ? value : null;
    }
    case 'failurePercent': {
      const { completed, failed, quality } = lastMinute;
      if (quality !== 'exact' || completed === null || failed === null) return null;
      return completed + failed < MIN_FINISHED ? null : (100 * failed) / (completed + failed);
    }
    case 'runMsP50':
      return lastMinute.runMs.p50;
    case 'runMsP95':
      return lastMinute.runMs.p95;
    case 'runMsP99':
      return lastMinute.runMs.p99;
    case 'waitMsP50':
      return lastMinute.waitMs.p50;
    case 'waitMsP95':
      return lastMinute.waitMs.p95;
    case 'waitMsP99':
      return lastMinute.waitMs.p99;
    case 'backlog':
      return queue.backlog;
    case 'workers':
      return queue.workers;
    case 'stalledJobs':
      // Nobody looks closer where nothing runs.
      return queue.stalledJobs ?? (counts.active === 0 ? 0 : null);
    case 'oldestWaitingMs':
      // Nothing waits: an age of zero, and known.
      return queue.oldestWaitingMs ?? (queue.backlog === 0 ? 0 : null);
    case 'oldestPrioritizedMs':
      return oldest?.prioritized?.ms ?? (counts.prioritized === 0 ? 0 : null);
    case 'oldestWaitingChildrenMs':
      return oldest?.waitingChildren?.ms ?? (counts.waitingChildren === 0 ? 0 : null);
    case 'overdueMs':
      return oldest ? overdueMs(oldest, now) : counts.delayed === 0 ? 0 : null;
    case 'drainMs':
      return drainMsOf(queue);
    case undefined:
    case 'brokerMemoryPercent':
    case 'brokerReadMs':
    case 'brokerClients':
      return null;
    default:
      return counts[metric];
  }
}

/** Time until the backlog is empty: as reckoned, else as the last minute went; `NEVER_MS` where it does not shrink. */
function drainMsOf({ backlog, lastMinute, forecast }: Queue): number | null {
  if (backlog === null) return null;
  if (backlog === 0) return 0;
  if (forecast?.drain) return Math.min(NEVER_MS, forecast.drain.ms);
  if (forecast) return forecast.trendPerS !== null && forecast.trendPerS >= 0 ? NEVER_MS : null;
  const { completed, failed, arrived, quality } = lastMinute;
  if (quality !== 'exact' || completed === null || failed === null || arrived === null) return null;
  const perMinute = completed + failed - arrived;
  return perMinute <= 0 ? NEVER_MS : Math.min(NEVER_MS, (backlog / perMinute) * 60_000);
}

/** The same of a broker. */
export function brokerMetricOf(broker: Broker, metric: AlertMetric): number | null {
  const { usedMemoryBytes, maxMemoryBytes, readMs, connectedClients } = broker;
  if (metric === 'brokerReadMs') return readMs;
  if (metric === 'brokerClients') return connectedClients;
  return usedMemoryBytes === null || !maxMemoryBytes ? null : (100 * usedMemoryBytes) / maxMemoryBytes;
}

/** The gravest verdict of a queue or a broker that the rule watches for. */
export function verdictOf({ queue, broker }: Subject, { codes, severity }: Watch): Verdict | null {
  const verdicts = queue?.verdicts ?? broker?.verdicts ?? [];
  const least = SEVERITIES.indexOf(severity);
  let worst: Verdict | null = null;
  for (const verdict of verdicts) {
    if (SEVERITIES.indexOf(verdict.severity) < least || codes?.includes(verdict.code) === false) continue;
    if (!worst || SEVERITIES.indexOf(verdict.severity) > SEVERITIES.indexOf(worst.severity)) worst = verdict;
  }
  return worst;
}

/** The value that the rule's bounds are compared with, `null` without data. `deadline`: ms, of a rule with `notEmptyBy`. */
export function measure(rule: AlertRule, subject: Subject, now: number, deadline: number | null): number | null {
  const { queue, broker, isUp } = subject;
  if (rule.noData === true) return valueOf(rule, subject, now) === null && !isNeverTold(rule, subject) ? 1 : 0;
  if (!isUp) return null;
  if (rule.verdict) return verdictOf(subject, rule.verdict) ? 1 : 0;
  if (broker) return isBrokerMetric(rule.metric) ? brokerMetricOf(broker, rule.metric) : null;
  if (rule.notEmptyBy !== undefined) return latenessOf(queue, now, deadline ?? now);
  return metricOf(queue, rule, now);
}

function valueOf({ metric }: AlertRule, { queue, broker, isUp }: Subject, now: number): number | null {
  if (!isUp || metric === undefined) return null;
  return broker ? brokerMetricOf(broker, metric) : metricOf(queue, { metric, above: undefined }, now);
}

/** What every RabbitMQ queue tells, and of these what a stream, which keeps what was read, has not. */
const TOLD_OF_MESSAGES: ReadonlySet<string> = new Set([
  ...['backlog', 'waiting', 'active', 'workers', 'drainMs'],
  ...['arrivedPerMinute', 'startedPerMinute', 'completedPerMinute', 'stalledPerMinute'],
]);
const NOT_OF_STREAMS: ReadonlySet<string> = new Set(['backlog', 'waiting', 'drainMs']);

/** Whether a queue that can be read has no such value at all: then it is not missing. */
function isNeverTold({ metric }: AlertRule, { queue, isUp }: Subject): boolean {
  const rabbit = queue?.rabbit;
  if (!rabbit || !isUp || metric === undefined) return false;
  return !TOLD_OF_MESSAGES.has(metric) || (rabbit.type === 'stream' && NOT_OF_STREAMS.has(metric));
}

/** By how much (ms) a backlog will be empty after `deadline`; not above 0 when it is empty. */
function latenessOf(queue: Queue, now: number, deadline: number): number | null {
  const drain = metricOf(queue, { metric: 'drainMs', above: undefined }, now);
  if (drain === null) return null;
  return drain === 0 ? Math.min(0, now - deadline) : Math.min(NEVER_MS, now + drain - deadline);
}

/** Whether there is no value because nothing has happened, rather than because it could not be read. */
export function isIdle({ metric }: Pick<AlertRule, 'metric'>, { queue, isUp }: Subject): boolean {
  if (!queue || !isUp || metric === undefined) return false;
  if (!/^(runMs|waitMs|failurePercent)/.test(metric)) return false;
  const { quality, completed, failed, failedAttempts, started } = queue.lastMinute;
  if (quality !== 'exact') return false;
  if (metric.startsWith('waitMs')) return started === 0;
  const finished = (completed ?? 0) + (failed ?? 0);
  return metric === 'failurePercent' ? finished < MIN_FINISHED : finished + (failedAttempts ?? 0) === 0;
}

/** Why a rule has no data for a subject, for a person. */
export function whyNoData(rule: AlertRule, subject: Subject): string {
  const { source, queue, broker, isUp } = subject;
  if (!isUp) return `the source ${source} does not answer`;
  if (broker) return rule.metric === 'brokerMemoryPercent' ? 'no memory limit is set' : 'the broker does not tell';
  if (isIdle(rule, subject))
    return rule.metric === 'failurePercent'
      ? `fewer than ${MIN_FINISHED} jobs finished in the last minute`
      : 'nothing has run in the last minute';
  if (queue.lastMinute.quality !== 'exact' && queue.lastMinute.reason) return queue.lastMinute.reason;
  if (rule.metric === 'workers') return 'the broker does not tell who is connected';
  return 'it is not known for this queue';
}

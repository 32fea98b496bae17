import type { Notification, NotificationNumber } from '../domain/notification';
import { ALERT_METRICS, type Alert, type AlertMetric } from '../domain/alert';
import type { AlertEvent } from './judge-all';

type Context = { now: number; publicUrl: string; environment: string | null };

/** Around the beginning and the end of an incident so much more is shown, ms. */
const MARGIN_MS = 15 * 60_000;

/** What the channels are told of one rule that fires for one queue, or ends. */
export function toNotification({ type, alert }: AlertEvent, { now, publicUrl, environment }: Context): Notification {
  const { id, rule, severity, queue, queueKey, since, firedAt, resolvedAt, sentence } = alert;
  const isResolved = type === 'resolved';
  return {
    id: `${id}.${type}`,
    kind: type,
    at: now,
    incident: {
      id,
      name: rule,
      severity,
      queue,
      queueKey,
      since,
      firedAt: firedAt ?? now,
      resolvedAt,
      members: [{ rule, severity, queue, queueKey, since, isResolved, sentence }],
      memberCount: 1,
    },
    sentence,
    numbers: [numberOf(alert)],
    topFailure: null,
    onIt: null,
    url: `${publicUrl}/queues/${queueKey}?from=${since - MARGIN_MS}&to=${(resolvedAt ?? now) + MARGIN_MS}`,
    environment,
  };
}

function numberOf({ metric, value }: Alert): NotificationNumber {
  return { label: LABELS[metric], value, unit: unitOf(metric) };
}

function unitOf(metric: AlertMetric): NotificationNumber['unit'] {
  if (metric === 'oldestWaitingMs') return 'ms';
  if (metric === 'workers') return 'workers';
  return metric.endsWith('PerMinute') ? 'jobs/min' : 'jobs';
}

const LABELS = Object.fromEntries(
  ALERT_METRICS.map((metric) => [
    metric,
    metric
      .replace(/(PerMinute|Ms)$/, '')
      .replace(/([A-Z])/g, ' $1')
      .toLowerCase(),
  ]),
) as Record<AlertMetric, string>;

import { METRIC_INFO } from '../domain/alert-metrics';
import { isBrokerMetric, type AlertRule } from '../domain/alert-rule';
import type { Alert } from '../domain/alert';
import type { Care } from '../domain/incident';
import { incidentSentence, inOrder } from '../domain/incident-words';
import { MAX_MEMBERS, MAX_NUMBERS, type Notification, type NotificationNumber } from '../domain/notification';
import { fromQueueKey } from '../domain/queue-key';
import { toAlert } from './alert-case';
import type { Telling } from './tell';

type Context = {
  now: number;
  publicUrl: string;
  environment: string | null;
  care: Care;
  ruleOf: (key: string) => AlertRule | null;
};

/** Around the beginning and the end of an incident so much more is shown, ms. */
const MARGIN_MS = 15 * 60_000;

/** What the channels are told of an incident. */
export function toNotification(telling: Telling, { now, publicUrl, environment, care }: Context): Notification {
  const { id, kind, record, reason } = telling;
  const { cause, startedAt, resolvedAt } = record;
  const firing = telling.members.map((one) => toAlert(one));
  const members = inOrder([...firing, ...record.past]);
  const lead = members[0];
  const queueKey = cause.kind === 'source-down' || cause.kind === 'broker' ? null : cause.queueKey;
  const queue = queueKey === null ? null : fromQueueKey(queueKey);
  const said = incidentSentence(cause, members, record.queueKeys.length);
  const since = Math.min(startedAt, ...members.map((member) => member.since));
  const until = (resolvedAt ?? now) + MARGIN_MS;
  return {
    id,
    kind,
    at: now,
    incident: {
      id: record.id,
      name: record.name,
      severity: record.severity,
      queue,
      queueKey: queue ? queueKey : null,
      since,
      firedAt: startedAt,
      resolvedAt,
      members: members
        .slice(0, MAX_MEMBERS)
        .map(({ rule, severity, queue: where, queueKey: key, since: from, state, sentence }) => ({
          rule,
          severity,
          queue: where,
          queueKey: where ? key : null,
          since: from,
          isResolved: state === 'resolved',
          sentence,
        })),
      memberCount: record.memberCount,
    },
    sentence: kind === 'escalated' && reason !== null ? `${said} ${reason}` : said,
    numbers: members
      .filter((member) => member.queueKey === lead?.queueKey)
      .flatMap(numberOf)
      .slice(0, MAX_NUMBERS),
    topFailure: null,
    onIt: care.acknowledged,
    url: queue
      ? `${publicUrl}/queues/${queueKey}?from=${since - MARGIN_MS}&to=${until}`
      : `${publicUrl}/alerts/${record.id}`,
    environment,
  };
}

function numberOf({ metric, value }: Alert): NotificationNumber[] {
  if (metric === null || value === null) return [];
  const { label, unit } = METRIC_INFO[metric];
  if (unit === 'percent') return [{ label, value: value / 100, unit: 'share' }];
  if (unit === 'perMinute') return [{ label, value, unit: 'jobs/min' }];
  return [
    { label, value, unit: unit === 'clients' || isBrokerMetric(metric) ? (unit === 'ms' ? 'ms' : 'count') : unit },
  ];
}

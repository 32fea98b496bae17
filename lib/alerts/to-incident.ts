import type { Alert } from '../domain/alert';
import type { Care, Incident } from '../domain/incident';
import { incidentSentence, inOrder, MAX_SHOWN_QUEUES } from '../domain/incident-words';
import { queueOfKey } from './alert-case';
import type { IncidentRecord } from './incident-record';

/** An incident as the API shows it. `members`: its alerts that fire, and those that have ended. */
export function toIncident(record: IncidentRecord, members: readonly Alert[], care: Care): Incident {
  const { cause, queueKeys } = record;
  const ordered = inOrder(members);
  const gravest = [...new Set([...ordered.map(({ queueKey }) => queueKey), ...queueKeys])];
  const queues = gravest.flatMap((key) => {
    const id = queueOfKey(key);
    return id ? [{ key, id }] : [];
  });
  return {
    id: record.id,
    cause,
    severity: record.severity,
    state: record.resolvedAt === null ? 'firing' : 'resolved',
    sentence: incidentSentence(cause, ordered, queueKeys.length),
    startedAt: record.startedAt,
    resolvedAt: record.resolvedAt,
    rules: record.rules,
    queues: queues.slice(0, MAX_SHOWN_QUEUES),
    queueCount: queueKeys.length,
    memberCount: record.memberCount,
    firingCount: members.filter(({ state }) => state === 'firing').length,
    notifiedAt: record.notifiedAt,
    escalatedAt: record.escalatedAt,
    silence: record.silence,
    acknowledged: care.acknowledged,
    snoozed: care.snoozed,
  };
}

import type { Care } from '../domain/incident';
import type { NotificationKind } from '../domain/notification';
import type { AlertRule } from '../domain/alert-rule';
import type { AlertCase } from './alert-case';
import { rankOf } from './group';
import { eventOf, withEvents, type IncidentRecord } from './incident-record';

/** What people are to be told now of one incident. */
export type Telling = {
  /** Idempotency key. */
  id: string;
  kind: Exclude<NotificationKind, 'test'>;
  record: IncidentRecord;
  /** Members that fire, the gravest first; none when it is over. */
  members: readonly AlertCase[];
  /** Why it is told now, where the kind does not say. */
  reason: string | null;
  /** Names of the channels that are told; `null`: all. */
  to: string[] | null;
};

export type TellRound = {
  incidents: readonly IncidentRecord[];
  members: ReadonlyMap<string, readonly AlertCase[]>;
  ruleOf(key: string): AlertRule | null;
  silenceOf(one: AlertCase): { id: string; until: number } | null;
  careOf(incidentId: string): Care;
  now: number;
};

/**
 * Decides what is told: each incident once when it fires, when it becomes graver, when nobody acknowledged it in time,
 * and when it is over, if anybody heard of it. What a silence or a snooze holds back is told when that ends, if it still
 * fires. Pure.
 */
export function tellAll(round: TellRound): { incidents: IncidentRecord[]; tellings: Telling[] } {
  const tellings: Telling[] = [];
  const incidents = round.incidents.map((before) => {
    const members = [...(round.members.get(before.id) ?? [])];
    members.sort((a, b) => rankOf(b.severity) - rankOf(a.severity) || a.since - b.since);
    const record = quieten(before, members, round);
    const plan = planOf(record, members, round);
    if (!plan) return record;
    const { kind, reason, to, change = {} } = plan;
    const { now } = round;
    const id = `${record.id}.${kind}${kind === 'fired' || kind === 'resolved' ? '' : `.${record.told}`}`;
    const told = withEvents(
      { ...record, toldAt: now, told: record.told + 1, ...change },
      kind === 'escalated' ? [eventOf(now, 'escalated', reason ?? 'It is told again.')] : [],
    );
    const notified = kind === 'fired' ? { notifiedAt: now, notifiedSeverity: told.severity } : {};
    const raised = kind === 'escalated' ? { notifiedSeverity: told.severity } : {};
    const after = { ...told, ...notified, ...raised };
    tellings.push({ id, kind, record: after, members, reason, to });
    return after;
  });
  return { incidents, tellings };
}

type Plan = { kind: Telling['kind']; reason: string | null; to: string[] | null; change?: Partial<IncidentRecord> };

/** Notes whether all of its members are silent now. */
function quieten(record: IncidentRecord, members: readonly AlertCase[], { silenceOf, now }: TellRound): IncidentRecord {
  if (record.resolvedAt !== null) return record.silence ? { ...record, silence: null } : record;
  const silences = members.map(silenceOf);
  const first = silences[0];
  const isSilent = first != null && silences.every((silence) => silence !== null);
  const until = Math.min(...silences.map((silence) => silence?.until ?? Infinity));
  const silence = isSilent ? { id: first.id, until: Number.isFinite(until) ? until : null } : null;
  if (silence?.id === record.silence?.id)
    return silence?.until === record.silence?.until ? record : { ...record, silence };
  const change = silence
    ? eventOf(now, 'silenced', 'A silence keeps it quiet.')
    : eventOf(now, 'silence-ended', 'No silence keeps it quiet any more.');
  return withEvents({ ...record, silence }, record.silence && silence ? [] : [change]);
}

function planOf(record: IncidentRecord, members: readonly AlertCase[], round: TellRound): Plan | null {
  const { now } = round;
  const { acknowledged, snoozed } = round.careOf(record.id);
  if (record.resolvedAt !== null)
    return record.notifiedAt === null ? null : { kind: 'resolved', reason: null, to: null };
  if (record.silence || (snoozed && snoozed.until > now)) return null;
  const to = channelsOf(members, round);
  if (record.notifiedAt === null) {
    const wasQuiet = record.events.some(({ kind }) => kind === 'silenced');
    return { kind: 'fired', reason: wasQuiet ? 'A silence kept it quiet until now.' : null, to };
  }
  if (record.notifiedSeverity && rankOf(record.severity) > rankOf(record.notifiedSeverity))
    return { kind: 'escalated', reason: `It is ${record.severity} now.`, to };
  if (snoozed && record.toldAt !== null && snoozed.at <= now && snoozed.until > record.toldAt)
    return { kind: 'escalated', reason: 'It was snoozed until now, and it still fires.', to };
  if (acknowledged)
    return acknowledged.at === record.acknowledgedTold
      ? null
      : { kind: 'acknowledged', reason: null, to: null, change: { acknowledgedTold: acknowledged.at } };
  return escalationOf(record, members, round);
}

function escalationOf(record: IncidentRecord, members: readonly AlertCase[], { ruleOf, now }: TellRound): Plan | null {
  for (const { ruleKey } of members) {
    const escalate = ruleOf(ruleKey)?.escalate;
    if (!escalate || record.escalatedBy.includes(ruleKey)) continue;
    if (now - (record.notifiedAt ?? now) < escalate.afterMinutes * 60_000) continue;
    const isRaised = escalate.severity !== undefined && rankOf(escalate.severity) > rankOf(record.severity);
    return {
      kind: 'escalated',
      reason: `Nobody acknowledged it for ${escalate.afterMinutes} min.`,
      to: escalate.channels ?? ruleOf(ruleKey)?.channels ?? null,
      change: {
        escalatedBy: [...record.escalatedBy, ruleKey],
        escalatedAt: now,
        severity: isRaised && escalate.severity ? escalate.severity : record.severity,
      },
    };
  }
  return null;
}

/** Channels of the rules that fire; `null`, all, when one of them names none. */
function channelsOf(members: readonly AlertCase[], { ruleOf }: TellRound): string[] | null {
  const names = members.map(({ ruleKey }) => ruleOf(ruleKey)?.channels);
  return names.length === 0 || names.includes(undefined) ? null : [...new Set(names.flatMap((list) => list ?? []))];
}

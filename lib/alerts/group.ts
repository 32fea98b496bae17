import { SEVERITIES, type Queue, type Severity } from '../domain/queue';
import { BROKER_VERDICTS } from '../domain/verdict';
import { sourceKey, toAlert, type AlertCase } from './alert-case';
import { addEvent, eventOf, incidentIdOf, MAX_PAST_MEMBERS, withEvents, type IncidentRecord } from './incident-record';
import type { CaseEvent } from './judge-all';

/** Verdicts whose cause lies outside the queue: several queues of a source that get one at about the same time share it. */
const SHARED_CAUSES: ReadonlySet<string> = new Set([
  'no-workers',
  'fewer-workers',
  'dead-worker',
  'loop-blocked',
  ...BROKER_VERDICTS,
]);
/** Alerts of what fails share a cause with other queues only where these fail in the same way. */
const FAILURE_CAUSES: ReadonlySet<string> = new Set(['failing', 'retry-storm']);
/** `publishers-blocked` is what a queue feels of its broker's alarm. */
const BROKER_CAUSES: ReadonlySet<string> = new Set([...BROKER_VERDICTS, 'publishers-blocked']);
/** What comes later than this after an incident began is its own. */
const SHARED_WITHIN_MS = 10 * 60_000;
const MAX_QUEUE_KEYS = 5_000;
/** Verdicts lead to the kind of failure that they name. */
const FAILURES = '/failures/';
/** So many queues of a source that break one rule in the same round have one cause, whatever it is. */
const MANY = 10;

export type Grouping = {
  incidents: readonly IncidentRecord[];
  /** Open cases after the round, by `caseKey`: those that fire get the id of their incident. */
  cases: Map<string, AlertCase>;
  events: readonly CaseEvent[];
  /** Newest state of a queue. */
  queueOf(key: string): Queue | null;
  sourcesUp: ReadonlySet<string>;
  now: number;
};

export const rankOf = (severity: Severity): number => SEVERITIES.indexOf(severity);

/**
 * Puts alerts that began to fire into incidents, and takes those out that ended. An alert joins the open incident that
 * its queue is part of; that of its source, when this does not answer; that of its broker; that of the same shared
 * cause, as its verdict names it; or that of the same kind of failure. `incidents`: all that are open, and those that ended in this round. Pure, but for
 * `cases`, in which members get their incident.
 */
export function regroup(round: Grouping): IncidentRecord[] {
  const { now } = round;
  const records = new Map(round.incidents.map((record) => [record.id, record]));
  const members = membersByIncident(round.cases.values());
  const homes = new Homes(records, members, round);
  const crowd = new Crowd();
  const fired = round.events.filter(({ type }) => type === 'fired');
  fired.sort((a, b) => rankOf(b.case.severity) - rankOf(a.case.severity));
  for (const { case: one } of fired) {
    const found = homes.find(one);
    const record = found ? crowd.join(found, one, round) : newRecord(one, round);
    one.incidentId = record.id;
    records.set(record.id, record);
    homes.add(record, one);
    members.set(record.id, [one]);
  }
  for (const { type, case: one, reason } of round.events) {
    const record = type === 'resolved' && one.incidentId !== null ? records.get(one.incidentId) : undefined;
    if (!record) continue;
    const alert = toAlert(one, reason);
    const left = withEvents(record, [eventOf(now, 'left', alert.sentence, one.queueKey)]);
    records.set(record.id, { ...left, past: [alert, ...left.past].slice(0, MAX_PAST_MEMBERS) });
  }
  for (const record of records.values()) {
    if (record.resolvedAt !== null || members.has(record.id)) continue;
    const ended = withEvents(record, [eventOf(now, 'resolved', 'Nothing of it fires any more.')]);
    records.set(record.id, { ...ended, resolvedAt: now });
  }
  return [...records.values()];
}

/** Members that fire, by incident. */
export function membersByIncident(cases: Iterable<AlertCase>): Map<string, AlertCase[]> {
  const members = new Map<string, AlertCase[]>();
  for (const one of cases) {
    if (one.phase !== 'firing' || one.incidentId === null) continue;
    const list = members.get(one.incidentId);
    if (list) list.push(one);
    else members.set(one.incidentId, [one]);
  }
  return members;
}

/** Where an alert belongs: open incidents by what their members share. */
class Homes {
  /** By queue, source and shared cause: id of the incident. */
  private readonly ids = new Map<string, string>();
  /** Cases that began in this round, by source and rule. */
  private readonly began = new Map<string, number>();

  constructor(
    private readonly records: ReadonlyMap<string, IncidentRecord>,
    members: ReadonlyMap<string, readonly AlertCase[]>,
    private readonly round: Grouping,
  ) {
    for (const record of records.values()) for (const one of members.get(record.id) ?? []) this.add(record, one);
    for (const { type, case: one } of round.events)
      if (type === 'fired') this.began.set(ruleName(one), (this.began.get(ruleName(one)) ?? 0) + 1);
  }

  find(one: AlertCase): IncidentRecord | null {
    const { source } = one;
    const kind = causeKind(one, this.round);
    if (kind === 'source-down') return this.get(`down ${source}`);
    const code = codeOf(one, this.round);
    const shared = code === null ? null : this.get(`code ${source} ${code}`);
    return (
      this.get(`queue ${one.queueKey}`) ??
      (kind === 'broker' ? this.get(`broker ${source}`) : null) ??
      this.lately(shared) ??
      this.lately(this.ofFailure(one)) ??
      (this.isOneOfMany(one) ? this.lately(this.get(`rule ${ruleName(one)}`)) : null)
    );
  }

  add({ id, cause }: IncidentRecord, one: AlertCase): void {
    const { queueKey, source } = one;
    if (cause.kind === 'source-down') {
      this.ids.set(`down ${source}`, id);
      return;
    }
    this.ids.set(`queue ${queueKey}`, id);
    const failure = failureOf(one, this.round);
    if (failure !== null) this.ids.set(`failure ${source} ${failure}`, id);
    if (cause.kind === 'broker') this.ids.set(`broker ${source}`, id);
    if (this.isOneOfMany(one)) this.ids.set(`rule ${ruleName(one)}`, id);
    if (cause.code !== null && SHARED_CAUSES.has(cause.code)) this.ids.set(`code ${source} ${cause.code}`, id);
  }

  isOneOfMany(one: AlertCase): boolean {
    return (this.began.get(ruleName(one)) ?? 0) >= MANY;
  }

  private ofFailure(one: AlertCase): IncidentRecord | null {
    const failure = failureOf(one, this.round);
    return failure === null ? null : this.get(`failure ${one.source} ${failure}`);
  }

  private lately(record: IncidentRecord | null): IncidentRecord | null {
    return record && this.round.now - record.startedAt <= SHARED_WITHIN_MS ? record : null;
  }

  private get(name: string): IncidentRecord | null {
    const id = this.ids.get(name);
    return id === undefined ? null : (this.records.get(id) ?? null);
  }
}

/** Source and rule of cases that many queues began at once. */
function ruleName({ source, ruleKey }: AlertCase): string {
  return `${source} ${ruleKey}`;
}

function causeKind(one: AlertCase, { sourcesUp }: Grouping): IncidentRecord['cause']['kind'] {
  if (one.watch === 'no-data' && !sourcesUp.has(one.source)) return 'source-down';
  const isBroker = one.queueKey === sourceKey(one.source) || BROKER_CAUSES.has(one.verdict?.code ?? '');
  return isBroker ? 'broker' : 'queue';
}

/** The verdict that explains a case: its own, else the deepest of its queue. */
function codeOf(one: AlertCase, { queueOf }: Grouping): string | null {
  return one.verdict?.code ?? queueOf(one.queueKey)?.verdicts[0]?.code ?? null;
}

/** The kind of failure that most of a failing queue's jobs end with, where the case is one of failing; else `null`. */
function failureOf(one: AlertCase, round: Grouping): string | null {
  const code = codeOf(one, round);
  if (code === null || !FAILURE_CAUSES.has(code)) return null;
  const verdict = round.queueOf(one.queueKey)?.verdicts.find((each) => each.code === code);
  const path = verdict?.actions.find(({ href }) => href?.startsWith(FAILURES))?.href;
  return path === undefined ? null : path.slice(FAILURES.length);
}

function newRecord(one: AlertCase, round: Grouping): IncidentRecord {
  const { now } = round;
  const startedAt = one.firedAt ?? now;
  return {
    id: incidentIdOf(one.id, startedAt),
    cause: { kind: causeKind(one, round), source: one.source, queueKey: one.queueKey, code: codeOf(one, round) },
    severity: one.severity,
    startedAt,
    resolvedAt: null,
    name: one.rule,
    rules: [one.rule],
    queueKeys: isOfQueue(one) ? [one.queueKey] : [],
    memberCount: 1,
    past: [],
    events: [eventOf(now, 'fired', toAlert(one).sentence, one.queueKey)],
    notifiedAt: null,
    notifiedSeverity: null,
    toldAt: null,
    told: 0,
    escalatedBy: [],
    escalatedAt: null,
    acknowledgedTold: null,
    silence: null,
  };
}

/** Thousands may join one incident in a round: its lists are copied once, not with each. */
class Crowd {
  private readonly drafts = new Map<string, { record: IncidentRecord; keys: Set<string> }>();

  /** The record with one member more. What it answers for the same incident later is the same object, changed. */
  join(record: IncidentRecord, one: AlertCase, round: Grouping): IncidentRecord {
    let draft = this.drafts.get(record.id);
    if (!draft) {
      const own = { ...record, queueKeys: [...record.queueKeys], events: [...record.events] };
      draft = { record: own, keys: new Set(own.queueKeys) };
      this.drafts.set(record.id, draft);
    }
    join(draft.record, draft.keys, one, round);
    return draft.record;
  }
}

function join(record: IncidentRecord, keys: Set<string>, one: AlertCase, round: Grouping): void {
  const { now } = round;
  const isWorse = rankOf(one.severity) > rankOf(record.severity);
  const { cause } = record;
  const code = cause.code ?? (one.queueKey === cause.queueKey ? codeOf(one, round) : null);
  const spreads = cause.kind === 'queue' && one.queueKey !== cause.queueKey;
  const isShared =
    code !== null && (SHARED_CAUSES.has(code) || FAILURE_CAUSES.has(code)) && codeOf(one, round) === code;
  record.cause = { ...cause, code, kind: spreads ? (isShared ? 'verdict' : 'rule') : cause.kind };
  if (isWorse) record.severity = one.severity;
  if (!record.rules.includes(one.rule)) record.rules = [...record.rules, one.rule];
  if (isOfQueue(one) && !keys.has(one.queueKey) && keys.size < MAX_QUEUE_KEYS) {
    keys.add(one.queueKey);
    record.queueKeys.push(one.queueKey);
  }
  record.memberCount += 1;
  addEvent(record.events, eventOf(now, isWorse ? 'worsened' : 'joined', toAlert(one).sentence, one.queueKey));
}

function isOfQueue({ queueKey, source }: AlertCase): boolean {
  return queueKey !== sourceKey(source);
}

import type { Alert } from '../domain/alert';
import { SEVERITIES, type Queue } from '../domain/queue';
import { fromQueueKey } from '../domain/queue-key';
import type { CompiledRule, CompiledRules } from './compile-rules';
import { incidentId, incidentKey, toAlert, type Incident } from './incident';
import { isBreached, judge, type RuleState } from './judge';
import { metricOf } from './metric-of';

/** Incidents by `incidentKey`. */
export type Incidents = ReadonlyMap<string, Incident>;

/** What people are told: each incident fires once and resolves once. */
export type AlertEvent = { type: 'fired' | 'resolved'; alert: Alert };

export type Round = {
  rules: CompiledRules;
  queues: readonly Queue[];
  incidents: Incidents;
  /** Names of the sources that answer; queues of others are not judged. */
  sourcesUp: ReadonlySet<string>;
  /** Those of them that were searched whole since the start: a queue missing from one is gone. */
  sourcesSearched: ReadonlySet<string>;
  now: number;
  /** How long an incident of this rule and queue that begins now must be back to normal to end, ms. */
  calmForMs(rule: string, queueKey: string): number;
};

export type Judgement = {
  incidents: Map<string, Incident>;
  events: AlertEvent[];
  /** Incidents that were not opened because `MAX_INCIDENTS` are open. */
  heldBack: number;
};

/** A queue must be missing for so long, its source answering, before its incidents end: scans and restarts hide queues for a while. */
const ABSENT_MS = 60_000;
/** A source that was taken out of the configuration never answers again. */
const FORGET_MS = 24 * 3_600_000;
/** Keeps the stored state within a few megabytes. */
export const MAX_INCIDENTS = 5_000;

/** One round of all rules over all queues. Pure: what happened is in `events`, to be sent by the caller. */
export function judgeAll(round: Round): Judgement {
  const { rules, queues, incidents: before, sourcesUp, now } = round;
  const incidents = new Map<string, Incident>();
  const events: AlertEvent[] = [];
  const judged = new Set<string>();
  let open = before.size;
  let heldBack = 0;

  for (const queue of queues) {
    const isReadable = sourcesUp.has(queue.id.source);
    for (const compiled of rules.covering(queue)) {
      const value = isReadable ? metricOf(queue, compiled.rule) : null;
      const key = incidentKey(queue.key, compiled.key);
      const incident = before.get(key);
      if (!incident && (value === null || !isBreached(compiled.rule, value))) continue;
      if (incident) judged.add(key);
      else if (open >= MAX_INCIDENTS) {
        heldBack += 1;
        continue;
      }
      // A rule with a bound of its own for ending needs no second guard against coming and going.
      const calmForMs =
        compiled.rule.clearBelow !== undefined
          ? 0
          : (incident?.calmForMs ?? round.calmForMs(compiled.rule.name, queue.key));
      const state = judge(compiled.rule, incident ?? null, value, now, calmForMs);
      if (state === null) continue;
      if (!incident) open += 1;
      const after = toIncident(compiled, queue.key, incident, { ...state, calmForMs }, now);
      if (after.phase !== 'resolved') incidents.set(key, after);
      if (after.phase !== (incident?.phase ?? 'pending'))
        events.push({ type: after.phase === 'resolved' ? 'resolved' : 'fired', alert: toAlert(after) });
    }
  }

  for (const [key, incident] of before) {
    if (judged.has(key)) continue;
    const fate = fateUnseen(incident, round);
    if (typeof fate !== 'string') incidents.set(key, fate);
    else if (incident.phase === 'firing')
      events.push({ type: 'resolved', alert: toAlert({ ...incident, phase: 'resolved', resolvedAt: now }, fate) });
  }
  return { incidents, events, heldBack };
}

/** Open incidents as they are shown: firing before pending, the gravest first, then the oldest. */
export function openAlerts(incidents: Incidents): Alert[] {
  const alerts = Array.from(incidents.values(), (incident) => toAlert(incident));
  const rank = (alert: Alert): number => (alert.state === 'firing' ? 10 : 0) + SEVERITIES.indexOf(alert.severity);
  return alerts.sort((a, b) => rank(b) - rank(a) || a.since - b.since);
}

/** What becomes of an incident whose queue no rule looked at in this round: it goes on, or ends for the reason given. */
function fateUnseen(incident: Incident, { rules, sourcesSearched, now }: Round): Incident | string {
  if (!rules.keys.has(incident.ruleKey)) return 'its rule was removed';
  const id = fromQueueKey(incident.queueKey);
  if (!id) return 'its queue cannot be told';
  const isCovered = rules.covering({ id, key: incident.queueKey }).some(({ key }) => key === incident.ruleKey);
  if (!isCovered) return 'its rule no longer covers this queue';
  const absentSince = sourcesSearched.has(id.source) ? (incident.absentSince ?? now) : null;
  if (absentSince !== null && now - absentSince >= ABSENT_MS) return 'the queue no longer exists';
  if (now - incident.seenAt >= FORGET_MS) return 'the queue was not seen for 24 hours';
  return { ...incident, isStale: true, absentSince };
}

function toIncident(
  { key: ruleKey, rule }: CompiledRule,
  queueKey: string,
  before: Incident | undefined,
  state: RuleState & Pick<Incident, 'calmForMs'>,
  now: number,
): Incident {
  return {
    id: before?.id ?? incidentId(queueKey, ruleKey, state.since),
    ruleKey,
    rule: rule.name,
    queueKey,
    severity: rule.severity,
    metric: rule.metric,
    bound: rule.above !== undefined ? 'above' : 'below',
    threshold: rule.above ?? rule.below ?? 0,
    phase: state.phase,
    since: state.since,
    firedAt: state.firedAt,
    resolvedAt: state.resolvedAt,
    value: state.value,
    isStale: state.isStale,
    calmSince: state.calmSince,
    calmForMs: state.calmForMs,
    seenAt: now,
    absentSince: null,
  };
}

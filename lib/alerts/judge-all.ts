import type { Alert } from '../domain/alert';
import type { AlertRule } from '../domain/alert-rule';
import type { Broker } from '../domain/broker';
import { SEVERITIES, type Queue } from '../domain/queue';
import { caseId, caseKey, queueOfKey, sourceKey, toAlert, type AlertCase } from './alert-case';
import type { CompiledRule, CompiledRules } from './compile-rules';
import type { Deadlines } from './deadlines';
import { boundsOf, isBreached, judge, type RuleState } from './judge';
import { isIdle, measure, verdictOf, whyNoData, type Subject } from './measure';

/** Cases by `caseKey`. */
export type Cases = ReadonlyMap<string, AlertCase>;

/** A case that began to fire, or that ended. `reason`: why it ended, if not by its value. */
export type CaseEvent = { type: 'fired' | 'resolved'; case: AlertCase; reason: string | null };

export type Round = {
  rules: CompiledRules;
  queues: readonly Queue[];
  brokers: readonly Broker[];
  cases: Cases;
  /** Names of the sources that answer; queues of others are not judged. */
  sourcesUp: ReadonlySet<string>;
  /** Those of them that were searched whole since the start: a queue missing from one is gone. */
  sourcesSearched: ReadonlySet<string>;
  now: number;
  /** What was pending and then not known for longer than this (ms) begins anew. */
  patienceMs: number;
  deadlines: Deadlines;
  /** How long a case of this rule and queue that begins now must be back to normal to end, ms. */
  calmForMs(rule: string, queueKey: string): number;
};

export type Judgement = {
  cases: Map<string, AlertCase>;
  events: CaseEvent[];
  /** Cases that were not opened because `MAX_CASES` are open. */
  heldBack: number;
};

/** A queue must be missing for so long, its source answering, before its cases end: scans and restarts hide queues for a while. */
const ABSENT_MS = 60_000;
/** A source that was taken out of the configuration never answers again. */
const FORGET_MS = 24 * 3_600_000;
/** What fires for a figure of runs (a share, a quantile) ends when nothing has run for this long. */
const IDLE_MS = 10 * 60_000;
/** A forecast moves with every minute: it must stay good for this long. */
const FORECAST_CALM_MS = 5 * 60_000;
/** Keeps the stored state within a few megabytes. */
export const MAX_CASES = 5_000;

/** One round of all rules over all queues and brokers. Pure: what happened is in `events`. */
export function judgeAll(round: Round): Judgement {
  const { rules, queues, brokers, cases: before, sourcesUp } = round;
  const result: Judgement = { cases: new Map(), events: [], heldBack: 0 };
  const judged = new Set<AlertCase>();
  // By queue: there are twenty rules a queue, and most have no case.
  const byQueue = new Map<string, AlertCase[]>();
  for (const one of before.values()) {
    const list = byQueue.get(one.queueKey);
    if (list) list.push(one);
    else byQueue.set(one.queueKey, [one]);
  }
  const look = (compiled: CompiledRule, subject: Subject, known: readonly AlertCase[]) =>
    judgeOne(
      round,
      result,
      judged,
      compiled,
      subject,
      known.find(({ ruleKey }) => ruleKey === compiled.key),
    );
  for (const queue of queues) {
    const { source } = queue.id;
    const covering = rules.covering(queue);
    if (covering.length === 0) continue;
    const subject: Subject = { key: queue.key, source, queue, isUp: sourcesUp.has(source) };
    const known = byQueue.get(queue.key) ?? [];
    for (const compiled of covering) look(compiled, subject, known);
  }
  for (const broker of brokers) {
    const { source } = broker;
    const subject: Subject = { key: sourceKey(source), source, broker, isUp: sourcesUp.has(source) };
    const known = byQueue.get(subject.key) ?? [];
    for (const compiled of rules.coveringSource(source)) look(compiled, subject, known);
  }
  for (const [key, one] of before) {
    if (judged.has(one)) continue;
    const fate = fateUnseen(one, round);
    if (typeof fate !== 'string') result.cases.set(key, fate);
    else if (one.phase === 'firing') result.events.push(ended(one, round.now, fate));
  }
  return result;
}

function judgeOne(
  round: Round,
  result: Judgement,
  judged: Set<AlertCase>,
  compiled: CompiledRule,
  subject: Subject,
  before: AlertCase | undefined,
): void {
  const { cases, events } = result;
  const { rule } = compiled;
  const { now } = round;
  const deadline = rule.notEmptyBy === undefined ? null : (before?.deadline ?? round.deadlines.of(rule, now));
  const value = measure(rule, subject, now, deadline);
  const bounds = boundsOf(rule);
  if (!before && (value === null || !isBreached(bounds, value))) return;
  if (before) judged.add(before);
  else if (round.cases.size + cases.size - judged.size >= MAX_CASES) {
    result.heldBack += 1;
    return;
  }
  // A rule with a bound of its own for ending needs no second guard against coming and going.
  const isGuarded = rule.clearBelow !== undefined || rule.clearAbove !== undefined;
  const calmForMs = isGuarded ? 0 : (before?.calmForMs ?? calmFor(rule, round.calmForMs(rule.name, subject.key)));
  const state = judge(bounds, before ?? null, value, now, calmForMs, round.patienceMs);
  if (state === null) return;
  const after = toCase(compiled, subject, before, { ...state, calmForMs, deadline }, now);
  if (
    value === null &&
    after.phase === 'firing' &&
    now - (after.staleSince ?? now) >= IDLE_MS &&
    isIdle(rule, subject)
  ) {
    events.push(ended(after, now, 'nothing has run for 10 minutes'));
    return;
  }
  if (after.phase !== 'resolved') cases.set(caseKey(subject.key, compiled.key), after);
  if (after.phase !== (before?.phase ?? 'pending'))
    events.push({ type: after.phase === 'resolved' ? 'resolved' : 'fired', case: after, reason: null });
}

function calmFor({ notEmptyBy }: AlertRule, flappingMs: number): number {
  return notEmptyBy === undefined ? flappingMs : Math.max(flappingMs, FORECAST_CALM_MS);
}

/** Open cases as they are shown: firing before pending, the gravest first, then the oldest. */
export function openAlerts(cases: Cases): Alert[] {
  const alerts = Array.from(cases.values(), (one) => toAlert(one));
  const rank = (alert: Alert): number => (alert.state === 'firing' ? 10 : 0) + SEVERITIES.indexOf(alert.severity);
  return alerts.sort((a, b) => rank(b) - rank(a) || a.since - b.since);
}

/** What becomes of a case whose queue no rule looked at in this round: it goes on, or ends for the reason given. */
function fateUnseen(one: AlertCase, { rules, sourcesSearched, now }: Round): AlertCase | string {
  if (!rules.byKey.has(one.ruleKey)) return 'its rule was removed or switched off';
  const isOfSource = one.queueKey === sourceKey(one.source);
  const id = isOfSource ? null : queueOfKey(one.queueKey);
  if (!id && !isOfSource) return 'its queue cannot be told';
  const covering = id ? rules.covering({ id, key: one.queueKey }) : rules.coveringSource(one.source);
  if (!covering.some(({ key }) => key === one.ruleKey)) return 'its rule no longer covers this queue';
  const absentSince = sourcesSearched.has(one.source) ? Math.min(one.absentSince ?? now, now) : null;
  if (absentSince !== null && now - absentSince >= ABSENT_MS) return 'the queue no longer exists';
  if (now - one.seenAt >= FORGET_MS) return 'the queue was not seen for 24 hours';
  return { ...one, staleSince: one.staleSince ?? now, absentSince };
}

function ended(one: AlertCase, now: number, reason: string): CaseEvent {
  return { type: 'resolved', case: { ...one, phase: 'resolved', resolvedAt: now }, reason };
}

function toCase(
  { key: ruleKey, rule }: CompiledRule,
  subject: Subject,
  before: AlertCase | undefined,
  state: RuleState & Pick<AlertCase, 'calmForMs' | 'deadline'>,
  now: number,
): AlertCase {
  const verdict = rule.verdict ? verdictOf(subject, rule.verdict) : null;
  const isMetric = rule.metric !== undefined && rule.noData !== true;
  return {
    id: before?.id ?? caseId(subject.key, ruleKey, state.since),
    ruleKey,
    rule: rule.name,
    queueKey: subject.key,
    source: subject.source,
    severity: rule.severity,
    watch: rule.verdict ? 'verdict' : rule.notEmptyBy !== undefined ? 'forecast' : isMetric ? 'metric' : 'no-data',
    metric: rule.metric ?? null,
    bound: rule.below !== undefined ? 'below' : 'above',
    threshold: isMetric ? (rule.above ?? rule.below ?? null) : null,
    phase: state.phase,
    since: state.since,
    firedAt: state.firedAt,
    resolvedAt: state.resolvedAt,
    value: state.value,
    staleSince: state.staleSince,
    whyStale: state.staleSince === null ? null : whyNoData(rule, subject),
    calmSince: state.calmSince,
    calmForMs: state.calmForMs,
    seenAt: now,
    absentSince: null,
    verdict: verdict ? { code: verdict.code, sentence: verdict.sentence } : (before?.verdict ?? null),
    deadline: state.deadline,
    incidentId: before?.incidentId ?? null,
  };
}

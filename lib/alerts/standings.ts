import type { Alert } from '../domain/alert';
import type { AlertRule, RULE_STATES, RuleStandings, RuleTally } from '../domain/alert-rule';
import type { Broker } from '../domain/broker';
import { queueLabel } from '../domain/queue-key';
import type { Queue } from '../domain/queue';
import { caseKey, sourceKey } from './alert-case';
import { compileRules } from './compile-rules';
import { Deadlines } from './deadlines';
import { boundsOf, isBreached } from './judge';
import { measure, whyNoData, type Subject } from './measure';

type Standing = RuleStandings['standings'][number];
export type Seen = { queues: readonly Queue[]; brokers: readonly Broker[]; alerts: readonly Alert[]; now: number };

const deadlines = new Deadlines();

/** Where a rule stands for each queue (or broker) that it covers, as they were last read. Pure. */
export function standingsOf(rule: AlertRule, { queues, brokers, alerts, now }: Seen): Standing[] {
  const compiled = compileRules([{ ...rule, enabled: true }]);
  const open = new Map(
    alerts.filter(({ state }) => state !== 'resolved').map((one) => [caseKey(one.queueKey, one.rule), one]),
  );
  const up = new Set(brokers.filter(({ state }) => state === 'up').map(({ source }) => source));
  const subjects: { subject: Subject; label: string }[] = [];
  for (const queue of queues)
    if (compiled.covering(queue).length > 0) {
      const { source } = queue.id;
      subjects.push({ subject: { key: queue.key, source, queue, isUp: up.has(source) }, label: queueLabel(queue.id) });
    }
  for (const broker of brokers)
    if (compiled.coveringSource(broker.source).length > 0) {
      const { source } = broker;
      subjects.push({ subject: { key: sourceKey(source), source, broker, isUp: up.has(source) }, label: source });
    }
  const deadline = rule.notEmptyBy === undefined ? null : deadlines.of(rule, now);
  return subjects.map(({ subject, label }) => {
    const value = measure(rule, subject, now, deadline);
    const alert = open.get(caseKey(subject.key, rule.name));
    const isBreach = value !== null && isBreached(boundsOf(rule), value);
    const began = isBreach ? (rule.forSeconds > 0 ? 'pending' : 'firing') : 'ok';
    const state = alert && alert.state !== 'resolved' ? alert.state : value === null ? 'no-data' : began;
    return { label, queueKey: subject.key, state, value, reason: value === null ? whyNoData(rule, subject) : null };
  });
}

const GRAVITY = ['firing', 'pending', 'no-data', 'ok'] as const satisfies readonly (typeof RULE_STATES)[number][];

/** The gravest first, at most `most`. */
export function shownStandings(standings: readonly Standing[], most: number): RuleStandings {
  const sorted = [...standings].sort(
    (a, b) => GRAVITY.indexOf(a.state) - GRAVITY.indexOf(b.state) || (a.label < b.label ? -1 : 1),
  );
  return { total: standings.length, tally: tallyOf(standings), standings: sorted.slice(0, most) };
}

export function tallyOf(standings: readonly Standing[]): RuleTally {
  const tally: RuleTally = { ok: 0, pending: 0, firing: 0, noData: 0 };
  for (const { state } of standings) tally[state === 'no-data' ? 'noData' : state] += 1;
  return tally;
}

import { expect, test } from 'vitest';
import { alertSchema, type Alert } from '../domain/alert';
import type { AlertRule } from '../domain/alert-rule';
import type { Queue } from '../domain/queue';
import { aQueue } from '../testing/a-queue';
import { toAlert, type AlertCase } from './alert-case';
import { compileRules } from './compile-rules';
import { Deadlines } from './deadlines';
import { judgeAll, MAX_CASES, openAlerts, type Cases } from './judge-all';

type AlertEvent = { type: 'fired' | 'resolved'; alert: Alert };

const START = 1_795_511_400_000;
const MINUTE = 60_000;

const aRule = (changes: Partial<AlertRule> = {}): AlertRule => ({
  name: 'Backlog',
  queues: '*',
  metric: 'backlog',
  above: 100,
  forSeconds: 0,
  severity: 'critical',
  ...changes,
});
const reports = (waiting: number | null): Queue => aQueue({ counts: { waiting }, backlog: waiting });

/** Rounds on one set of incidents, which goes through JSON between any two. */
function rounds(rules: AlertRule[]) {
  let cases: Cases = new Map<string, AlertCase>();
  const run = (
    at: number,
    queues: Queue[],
    options: { up?: string[]; searched?: string[]; rules?: AlertRule[] } = {},
  ): AlertEvent[] => {
    const result = judgeAll({
      rules: compileRules(options.rules ?? rules),
      queues,
      brokers: [],
      cases,
      patienceMs: Infinity,
      deadlines: new Deadlines(),
      sourcesUp: new Set(options.up ?? ['main']),
      sourcesSearched: new Set(options.searched ?? options.up ?? ['main']),
      now: START + at,
      calmForMs: () => 0,
    });
    const events = result.events.map(({ type, case: one, reason }) => ({ type, alert: toAlert(one, reason) }));
    cases = new Map(JSON.parse(JSON.stringify([...result.cases])) as [string, AlertCase][]);
    return events;
  };
  return { run, open: () => openAlerts(cases) };
}

const told = (events: AlertEvent[]): string[] =>
  events.map(({ type, alert }) => `${type} ${alert.rule} ${alert.queue?.name}`);

test('an incident is told twice: when it fires, when it resolves', () => {
  const { run, open } = rounds([aRule()]);
  expect(told(run(0, [reports(101)]))).toEqual(['fired Backlog reports']);
  expect(run(MINUTE, [reports(500)])).toEqual([]);
  const [alert] = open();
  expect(alertSchema.strict().parse(alert)).toMatchObject({
    state: 'firing',
    since: START,
    value: 500,
    threshold: 100,
    isStale: false,
  });
  const [resolved] = run(2 * MINUTE, [reports(3)]);
  expect(resolved).toMatchObject({
    type: 'resolved',
    alert: { id: alert?.id, state: 'resolved', resolvedAt: START + 2 * MINUTE, value: 3 },
  });
  expect(open()).toEqual([]);
});

test('a second incident has another id', () => {
  const { run } = rounds([aRule()]);
  const [first] = run(0, [reports(101)]);
  run(MINUTE, [reports(0)]);
  const [second] = run(2 * MINUTE, [reports(101)]);
  expect(second?.alert.id).not.toBe(first?.alert.id);
});

test('each rule and each queue has incidents of its own', () => {
  const eu = aQueue({ id: { name: 'reports-eu' }, counts: { waiting: 200, failed: 50 } });
  const { run } = rounds([
    aRule(),
    aRule({ name: 'Failed', metric: 'failed', above: 10, queues: '*-eu' }),
    aRule({ queues: 'none*' }),
  ]);
  expect(told(run(0, [reports(200), eu]))).toEqual([
    'fired Backlog reports',
    'fired Backlog reports-eu',
    'fired Failed reports-eu',
  ]);
});

test('two rules of one name do not share an incident', () => {
  const { run, open } = rounds([aRule({ above: 10 }), aRule({ above: 1000 })]);
  expect(run(0, [reports(50)])).toHaveLength(1);
  expect(run(MINUTE, [reports(2000)])).toHaveLength(1);
  expect(run(2 * MINUTE, [reports(50)])).toMatchObject([{ type: 'resolved', alert: { threshold: 1000 } }]);
  expect(open()).toHaveLength(1);
});

test('a queue that is gone for a minute ends its incident, with that reason', () => {
  const { run, open } = rounds([aRule()]);
  run(0, [reports(200)]);
  expect(run(MINUTE, [])).toEqual([]);
  expect(open()).toMatchObject([{ state: 'firing', isStale: true, value: 200 }]);
  expect(open()[0]?.sentence).toContain('the queue is not found any more');
  expect(run(1.5 * MINUTE, [])).toEqual([]);
  const [event] = run(2 * MINUTE, []);
  expect(event).toMatchObject({ type: 'resolved', alert: { resolvedAt: START + 2 * MINUTE } });
  expect(event?.alert.sentence).toBe('main/bull/reports: ended, because the queue no longer exists.');
});

test('a queue that comes back in time goes on with the same incident', () => {
  const { run, open } = rounds([aRule()]);
  const [fired] = run(0, [reports(200)]);
  run(MINUTE, []);
  run(1.5 * MINUTE, [reports(200)]);
  expect(run(2 * MINUTE, [])).toEqual([]);
  expect(run(2.5 * MINUTE, [reports(200)])).toEqual([]);
  expect(open()).toMatchObject([{ id: fired?.alert.id, isStale: false }]);
});

test('a queue that a source has not been searched for yet is not taken for gone', () => {
  const { run, open } = rounds([aRule()]);
  run(0, [reports(200)]);
  for (const minutes of [1, 5, 30]) expect(run(minutes * MINUTE, [], { searched: [] })).toEqual([]);
  expect(open()).toMatchObject([{ state: 'firing', isStale: true }]);
});

test('while its source is down an incident neither ends nor fires, whether or not its queues are still listed', () => {
  const { run, open } = rounds([aRule()]);
  run(0, [reports(200)]);
  expect(run(MINUTE, [], { up: [] })).toEqual([]);
  expect(run(60 * MINUTE, [], { up: [] })).toEqual([]);
  expect(run(61 * MINUTE, [reports(0)], { up: [] })).toEqual([]);
  expect(open()).toMatchObject([{ state: 'firing', isStale: true, value: 200 }]);
  expect(open()[0]?.sentence).toContain('the source main does not answer');
  // The minute counts from when it answers again.
  expect(run(62 * MINUTE, [])).toEqual([]);
  expect(run(62.5 * MINUTE, [reports(0)])).toMatchObject([{ type: 'resolved' }]);
});

test('a source that never comes back does not leave an alert for ever', () => {
  const { run, open } = rounds([aRule()]);
  run(0, [reports(200)]);
  expect(run(23 * 60 * MINUTE, [], { up: [] })).toEqual([]);
  expect(run(24 * 60 * MINUTE, [], { up: [] })).toMatchObject([{ type: 'resolved' }]);
  expect(open()).toEqual([]);
});

test.each([
  { because: 'its rule was removed or switched off', rules: [] },
  { because: 'its rule no longer covers this queue', rules: [aRule({ queues: 'mail*' })] },
])('an incident ends, because $because', ({ because, rules }) => {
  const { run, open } = rounds([aRule()]);
  run(0, [reports(200)]);
  const [event] = run(MINUTE, [reports(200)], { rules });
  expect(event).toMatchObject({
    type: 'resolved',
    alert: { sentence: `main/bull/reports: ended, because ${because}.` },
  });
  expect(open()).toEqual([]);
});

test('a pending one that ends without a reading is not told', () => {
  const { run } = rounds([aRule({ forSeconds: 600 })]);
  run(0, [reports(200)]);
  expect(run(MINUTE, [reports(200)], { rules: [] })).toEqual([]);
});

test('a changed bound judges the open incident', () => {
  const { run } = rounds([aRule()]);
  run(0, [reports(200)]);
  expect(run(MINUTE, [reports(200)], { rules: [aRule({ above: 1000 })] })).toMatchObject([
    { type: 'resolved', alert: { threshold: 1000 } },
  ]);
});

test('firing comes before pending, the gravest and oldest first', () => {
  const { run, open } = rounds([
    aRule({ name: 'pending', forSeconds: 600 }),
    aRule({ name: 'warning', severity: 'warning', metric: 'failed', above: 0 }),
    aRule({ name: 'late', metric: 'delayed', above: 0 }),
    aRule({ name: 'early' }),
  ]);
  run(0, [reports(200)]);
  run(MINUTE, [aQueue({ counts: { waiting: 200, failed: 1, delayed: 1 } })]);
  expect(open().map(({ rule }) => rule)).toEqual(['early', 'late', 'warning', 'pending']);
});

test('hostile names stay text, and sentences stay short', () => {
  const { run } = rounds([aRule({ name: '__proto__' })]);
  const queue = aQueue({ id: { name: `<script>alert(1)</script>${'x'.repeat(10_000)}` }, counts: { waiting: 200 } });
  const [event] = run(0, [queue]);
  expect(event?.alert.rule).toBe('__proto__');
  expect(event?.alert.sentence.length).toBeLessThan(300);
  expect(run(MINUTE, [queue])).toEqual([]);
});

test.each([
  [aRule(), reports(1234), 'main/bull/reports: 1,234 jobs in the backlog, above 100.'],
  [
    aRule({ metric: 'oldestWaitingMs', above: 60_000 }),
    aQueue({ counts: { waiting: 1 }, oldestWaitingMs: 7_500_000 }),
    'main/bull/reports: the oldest job waits for 2 h 5 m, above 1 m.',
  ],
  [
    { name: 'w', queues: '*', metric: 'workers', below: 1, forSeconds: 0, severity: 'warning' } satisfies AlertRule,
    aQueue({ workers: 0 }),
    'main/bull/reports: 0 workers connected, below 1.',
  ],
  [
    aRule({ metric: 'failedPerMinute', above: 0 }),
    aQueue({ lastMinute: { failed: 1 } }),
    'main/bull/reports: 1 job failed in the last minute, above 0.',
  ],
])('%#: the sentence says which queue, what and against which bound', (rule, queue, sentence) => {
  expect(rounds([rule]).run(0, [queue])[0]?.alert.sentence).toBe(sentence);
});

test('more than the most open incidents are held back, and come when there is room', () => {
  const rules = compileRules([aRule()]);
  const queues = Array.from({ length: MAX_CASES + 10 }, (_, index) =>
    aQueue({ id: { name: `q${index}` }, counts: { waiting: 200 } }),
  );
  const base = {
    rules,
    sourcesUp: new Set(['main']),
    sourcesSearched: new Set(['main']),
    brokers: [],
    patienceMs: Infinity,
    deadlines: new Deadlines(),
    calmForMs: () => 0,
  };
  const first = judgeAll({ ...base, queues, cases: new Map(), now: START });
  expect(first).toMatchObject({ heldBack: 10 });
  expect(first.events).toHaveLength(MAX_CASES);
  const calm = queues.map((queue, index) => (index < 20 ? { ...queue, backlog: 0 } : queue));
  const second = judgeAll({ ...base, queues: calm, cases: first.cases, now: START + 1 });
  const third = judgeAll({ ...base, queues: calm, cases: second.cases, now: START + 2 });
  expect(third.cases.size).toBe(MAX_CASES - 10);
  expect(third.heldBack).toBe(0);
});

test('of 1,000 queues under 20 rules each pair has one incident, round after round', () => {
  const rules = compileRules(
    Array.from({ length: 20 }, (_, index) =>
      aRule({ name: `rule ${index}`, queues: index % 2 ? '*-q*' : 'main/*/queue*', above: 100 + index }),
    ),
  );
  const queues = Array.from({ length: 1_000 }, (_, index) =>
    aQueue({ id: { name: `queue-q${index}` }, counts: { waiting: index % 10 === 0 ? 500 : 5 } }),
  );
  const base = {
    rules,
    queues,
    sourcesUp: new Set(['main']),
    sourcesSearched: new Set(['main']),
    brokers: [],
    patienceMs: Infinity,
    deadlines: new Deadlines(),
    calmForMs: () => 0,
  };
  let cases: Cases = new Map();
  for (let round = 0; round < 3; round += 1) ({ cases } = judgeAll({ ...base, cases, now: START + round * 1_000 }));
  expect(cases.size).toBe(2_000);
});

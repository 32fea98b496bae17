import pino from 'pino';
import { AlertEngine } from '../../lib/alerts/alert-engine';
import { Dispatcher } from '../../lib/channels/dispatcher';
import type { AlertRule } from '../../lib/domain/alert-rule';
import { aQueue } from '../../lib/testing/a-queue';
import { median } from './meter';

const QUEUES = 1_000;
const RULES = 20;
const ROUNDS = 11;
const TARGET_MS = 100;

/** Rules of all kinds, each on every queue. */
function ruleOf(index: number): AlertRule {
  const base = {
    name: `rule ${index}`,
    queues: index % 2 ? '*-q*' : 'main/*/queue*',
    forSeconds: 0,
    severity: 'warning',
  } as const;
  switch (index % 5) {
    case 0:
      return { ...base, metric: 'failurePercent', above: 20, clearBelow: 10 };
    case 1:
      return { ...base, verdict: { severity: 'critical' } };
    case 2:
      return { ...base, notEmptyBy: '06:00', timeZone: 'Europe/Berlin' };
    case 3:
      return { ...base, metric: 'workers', noData: true };
    default:
      return { ...base, metric: 'waiting', above: 100 + index };
  }
}

/**
 * What one round costs the collector: judging, grouping into incidents, deciding what is told. The floor is touching
 * each rule and queue once. It has no connection to anything.
 */
export function benchAlerts(): void {
  const log = pino({ level: 'silent' });
  const dispatcher = new Dispatcher({ channels: [], publicUrl: '', environment: null, log });
  let now = Date.now();
  const engine = new AlertEngine({
    dispatcher,
    publicUrl: '',
    environment: null,
    checkEverySeconds: 30,
    log,
    now: () => now,
  });
  const rules = Array.from({ length: RULES }, (_, index) => ruleOf(index));
  engine.configure({ rules, silences: [], care: new Map() });
  const queues = Array.from({ length: QUEUES }, (_, index) =>
    aQueue({
      id: { name: `queue-q${index}` },
      counts: { waiting: index % 4 === 0 ? 500 : 5 },
      workers: index % 4 ? 2 : null,
    }),
  );
  const sourcesUp = new Set(['main']);
  const rounds: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    now += 30_000;
    const start = performance.now();
    engine.round({ queues, sourcesUp });
    rounds.push(performance.now() - start);
    floors.push(touchAll(rules, queues));
  }
  const { alerts } = engine.view();
  // All of them end, hours later all begin anew: what the first round does, by a process that is under way.
  const timed = (seen: typeof queues): number => {
    const start = performance.now();
    engine.round({ queues: seen, sourcesUp });
    return performance.now() - start;
  };
  const calm = queues.map((queue) => ({ ...queue, backlog: 0, workers: 2, counts: { ...queue.counts, waiting: 0 } }));
  const ends: number[] = [];
  const begins: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    now += 30_000;
    ends.push(timed(calm));
    now += 4 * 3_600_000;
    timed(calm);
    begins.push(timed(queues));
  }
  console.log(
    `\nOne round of ${RULES} rules over ${QUEUES} queues, ${alerts.length} alerts open: median ${median(rounds).toFixed(1)} ms, ` +
      `first ${rounds[0]?.toFixed(0)} ms; all end in ${median(ends).toFixed(0)} ms, all begin anew in ${median(begins).toFixed(0)} ms (floor, comparing each value with each bound: ${median(floors).toFixed(2)} ms; target ≤ ${TARGET_MS} ms)`,
  );
}

function touchAll(rules: readonly AlertRule[], queues: readonly { counts: { waiting: number | null } }[]): number {
  const start = performance.now();
  let above = 0;
  for (const rule of rules) for (const { counts } of queues) if ((counts.waiting ?? 0) > (rule.above ?? 0)) above += 1;
  return above < 0 ? NaN : performance.now() - start;
}

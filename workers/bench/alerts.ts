import { compileRules } from '../../lib/alerts/compile-rules';
import { judgeAll, type Incidents } from '../../lib/alerts/judge-all';
import type { AlertRule } from '../../lib/domain/alert';
import { aQueue } from '../../lib/testing/a-queue';
import { median } from './meter';

const QUEUES = 1_000;
const RULES = 20;
const ROUNDS = 11;
const TARGET_MS = 100;

/** What one round of rule checks costs the collector, 2,000 incidents open; the floor is touching each rule and queue once. */
export function benchAlerts(): void {
  const rules = Array.from({ length: RULES }, (_, index): AlertRule => ({
    name: `rule ${index}`,
    queues: index % 2 ? '*-q*' : 'main/*/queue*',
    metric: 'waiting',
    above: 100 + index,
    forSeconds: 0,
    severity: 'warning',
  }));
  const compiled = compileRules(rules);
  const queues = Array.from({ length: QUEUES }, (_, index) =>
    aQueue({ id: { name: `queue-q${index}` }, counts: { waiting: index % 10 === 0 ? 500 : 5 } }),
  );
  const sources = new Set(['main']);
  let incidents: Incidents = new Map();
  const rounds: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    const base = { rules: compiled, queues, incidents, sourcesUp: sources, sourcesSearched: sources };
    incidents = judgeAll({ ...base, now: round * 1_000, calmForMs: () => 0 }).incidents;
    rounds.push(performance.now() - start);
    floors.push(touchAll(rules, queues));
  }
  console.log(
    `\nOne round of ${RULES} rules over ${QUEUES} queues, ${incidents.size} incidents open: median ${median(rounds).toFixed(1)} ms, ` +
      `first ${rounds[0]?.toFixed(0)} ms (floor, comparing each value with each bound: ${median(floors).toFixed(2)} ms; target ≤ ${TARGET_MS} ms)`,
  );
}

function touchAll(rules: readonly AlertRule[], queues: readonly { counts: { waiting: number | null } }[]): number {
  const start = performance.now();
  let above = 0;
  for (const rule of rules) for (const { counts } of queues) if ((counts.waiting ?? 0) > (rule.above ?? 0)) above += 1;
  return above < 0 ? NaN : performance.now() - start;
}

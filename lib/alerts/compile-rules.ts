import { isBrokerMetric, type AlertRule } from '../domain/alert-rule';
import { compilePatterns, compileSourcePatterns } from '../domain/pattern';
import type { Queue } from '../domain/queue';
import { BROKER_VERDICTS } from '../domain/verdict';

export type CompiledRule = {
  /** The rule's name, numbered where a name is used twice: what is open survives a changed bound, and a restart. */
  readonly key: string;
  readonly rule: AlertRule;
};

export type CompiledRules = {
  readonly byKey: ReadonlyMap<string, AlertRule>;
  /** Rules that cover this queue; found once for each queue. */
  covering(queue: Pick<Queue, 'id' | 'key'>): readonly CompiledRule[];
  /** Rules about a broker that cover this source. */
  coveringSource(source: string): readonly CompiledRule[];
};

const BROKER_CODES: ReadonlySet<string> = new Set(BROKER_VERDICTS);
const MAX_REMEMBERED_QUEUES = 50_000;

/** Prepares rules for many rounds: patterns are matched once for each queue, not at each round. Rules that are off are left out. */
export function compileRules(rules: readonly AlertRule[]): CompiledRules {
  const used = new Map<string, number>();
  const compiled = rules
    .filter(({ enabled }) => enabled !== false)
    .map((rule) => {
      const count = (used.get(rule.name) ?? 0) + 1;
      used.set(rule.name, count);
      return { key: count === 1 ? rule.name : `${rule.name}#${count}`, rule };
    });
  const ofQueues = compiled
    .filter(({ rule }) => !isBrokerMetric(rule.metric))
    .map((one) => ({ ...one, covers: compilePatterns(one.rule.queues, one.rule.except) }));
  const ofBrokers = compiled
    .filter(({ rule }) => isBrokerMetric(rule.metric) || watchesBrokers(rule))
    .map((one) => ({ ...one, covers: compileSourcePatterns(one.rule.queues, one.rule.except) }));
  const remembered = new Map<string, readonly CompiledRule[]>();
  return {
    byKey: new Map(compiled.map(({ key, rule }) => [key, rule])),
    covering({ id, key }) {
      const known = remembered.get(key);
      if (known) return known;
      if (remembered.size >= MAX_REMEMBERED_QUEUES) remembered.clear();
      const covering = ofQueues.filter(({ covers }) => covers(id));
      remembered.set(key, covering);
      return covering;
    },
    coveringSource: (source) => ofBrokers.filter(({ covers }) => covers(source)),
  };
}

function watchesBrokers({ verdict }: AlertRule): boolean {
  return verdict !== undefined && (verdict.codes?.some((code) => BROKER_CODES.has(code)) ?? true);
}

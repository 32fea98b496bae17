import type { AlertRule } from '../domain/alert';
import type { Queue } from '../domain/queue';
import { compilePattern } from '../domain/pattern';

export type CompiledRule = {
  /** The rule's name, numbered where a name is used twice: incidents survive a changed bound, and a restart. */
  readonly key: string;
  readonly rule: AlertRule;
};

export type CompiledRules = {
  readonly keys: ReadonlySet<string>;
  /** Rules that cover this queue; found once for each queue. */
  covering(queue: Pick<Queue, 'id' | 'key'>): readonly CompiledRule[];
};

const MAX_REMEMBERED_QUEUES = 50_000;

/** Prepares rules for many rounds: patterns are matched once for each queue, not at each round. */
export function compileRules(rules: readonly AlertRule[]): CompiledRules {
  const used = new Map<string, number>();
  const compiled = rules.map((rule) => {
    const count = (used.get(rule.name) ?? 0) + 1;
    used.set(rule.name, count);
    return { key: count === 1 ? rule.name : `${rule.name}#${count}`, rule, covers: compilePattern(rule.queues) };
  });
  const remembered = new Map<string, readonly CompiledRule[]>();
  return {
    keys: new Set(compiled.map(({ key }) => key)),
    covering({ id, key }) {
      const known = remembered.get(key);
      if (known) return known;
      if (remembered.size >= MAX_REMEMBERED_QUEUES) remembered.clear();
      const covering = compiled.filter(({ covers }) => covers(id));
      remembered.set(key, covering);
      return covering;
    },
  };
}

import type { AlertRule } from '../domain/alert';

/** Where one rule stands for one queue; `null` in its place means calm. Times are ms since the epoch. */
export type RuleState = {
  phase: 'pending' | 'firing' | 'resolved';
  /** When the condition began. */
  since: number;
  firedAt: number | null;
  resolvedAt: number | null;
  /** The last value that was known. */
  value: number | null;
  /** The value is not known now, `value` is older. */
  isStale: boolean;
  /** While firing: since when the value has been back to normal, for incidents that must stay calm for a time. */
  calmSince: number | null;
};

type Bounds = Pick<AlertRule, 'above' | 'below' | 'clearBelow' | 'forSeconds'>;

export function isBreached({ above, below }: Bounds, value: number): boolean {
  return above !== undefined ? value > above : below !== undefined && value < below;
}

function isClear(rule: Bounds, value: number): boolean {
  return rule.above !== undefined ? value <= (rule.clearBelow ?? rule.above) : !isBreached(rule, value);
}

/**
 * Next state of one rule for one queue. Pure. An unknown value (`null`) keeps the state and marks it stale: it neither
 * fires nor resolves. `resolved` is returned once, at the end of an incident; a rule that was only pending ends as
 * `null`. `calmForMs`: how long a firing one must be back to normal to resolve.
 */
export function judge(
  rule: Bounds,
  before: RuleState | null,
  value: number | null,
  now: number,
  calmForMs = 0,
): RuleState | null {
  const open = before?.phase === 'resolved' ? null : before;
  if (value === null) return open && (open.isStale ? open : { ...open, isStale: true });
  if (open?.phase === 'firing') return judgeFiring(rule, open, value, now, calmForMs);
  if (!isBreached(rule, value)) return null;
  const since = open?.since ?? now;
  const isDue = now - since >= rule.forSeconds * 1_000;
  return {
    phase: isDue ? 'firing' : 'pending',
    since,
    firedAt: isDue ? now : null,
    resolvedAt: null,
    value,
    isStale: false,
    calmSince: null,
  };
}

function judgeFiring(rule: Bounds, open: RuleState, value: number, now: number, calmForMs: number): RuleState {
  if (!isClear(rule, value)) return { ...open, value, isStale: false, calmSince: null };
  const calmSince = open.calmSince ?? now;
  if (now - calmSince < calmForMs) return { ...open, value, isStale: false, calmSince };
  return { ...open, phase: 'resolved', resolvedAt: now, value, isStale: false, calmSince };
}

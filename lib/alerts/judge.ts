import type { AlertRule } from '../domain/alert-rule';

/** Where one rule stands for one queue; `null` in its place means calm. Times are ms since the epoch. */
export type RuleState = {
  phase: 'pending' | 'firing' | 'resolved';
  /** When the condition began. */
  since: number;
  firedAt: number | null;
  resolvedAt: number | null;
  /** The last value that was known. */
  value: number | null;
  /** Since when the value is not known, `value` is older; `null` while it is. */
  staleSince: number | null;
  /** While firing: since when the value has been back to normal, for those that must stay calm for a time. */
  calmSince: number | null;
};

/** When a rule begins and ends, whatever it watches. */
export type Bounds = Pick<AlertRule, 'above' | 'below' | 'clearBelow' | 'clearAbove' | 'forSeconds'>;

/** Verdicts, missing data and forecasts are numbers too: above 0 they hold. */
export function boundsOf(rule: AlertRule): Bounds {
  return rule.metric !== undefined && rule.noData !== true ? rule : { above: 0, forSeconds: rule.forSeconds };
}

export function isBreached({ above, below }: Bounds, value: number): boolean {
  return above !== undefined ? value > above : below !== undefined && value < below;
}

export function isClear({ above, below, clearBelow, clearAbove }: Bounds, value: number): boolean {
  return above !== undefined ? value <= (clearBelow ?? above) : value >= (clearAbove ?? below ?? -Infinity);
}

/**
 * Next state of one rule for one queue. Pure. An unknown value (`null`) keeps the state and marks it stale: it neither
 * fires nor resolves, and a rule that is pending must begin anew when it was unknown for longer than `patienceMs`.
 * `resolved` is returned once, at the end; a rule that was only pending ends as `null`. `calmForMs`: how long a firing
 * one must be back to normal to resolve. A clock that was put back lets nothing wait for longer than it would have.
 */
export function judge(
  rule: Bounds,
  before: RuleState | null,
  value: number | null,
  now: number,
  calmForMs = 0,
  patienceMs = Infinity,
): RuleState | null {
  const open = before?.phase === 'resolved' ? null : before;
  if (value === null) return open && (open.staleSince !== null ? open : { ...open, staleSince: now });
  if (open?.phase === 'firing') return judgeFiring(rule, open, value, now, calmForMs);
  if (!isBreached(rule, value)) return null;
  const wasUnwatched = open !== null && open.staleSince !== null && now - open.staleSince > patienceMs;
  const since = open && !wasUnwatched ? Math.min(open.since, now) : now;
  const isDue = now - since >= rule.forSeconds * 1_000;
  return {
    phase: isDue ? 'firing' : 'pending',
    since,
    firedAt: isDue ? now : null,
    resolvedAt: null,
    value,
    staleSince: null,
    calmSince: null,
  };
}

function judgeFiring(rule: Bounds, open: RuleState, value: number, now: number, calmForMs: number): RuleState {
  if (!isClear(rule, value)) return { ...open, value, staleSince: null, calmSince: null };
  const calmSince = Math.min(open.calmSince ?? now, now);
  if (now - calmSince < calmForMs) return { ...open, value, staleSince: null, calmSince };
  return { ...open, phase: 'resolved', resolvedAt: now, value, staleSince: null, calmSince };
}

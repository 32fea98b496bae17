import { NEVER_MS } from '../domain/alert-metrics';
import type { AlertMetric, AlertRule } from '../domain/alert-rule';
import type { ReplayEpisode } from '../domain/replay';
import type { Series } from '../domain/series';
import type { Deadlines } from './deadlines';
import { boundsOf, judge, type RuleState } from './judge';
import { MIN_FINISHED } from './measure';

/** What the history keeps for a metric: a gauge's highest and last value of a step, or figures that a value is made of. */
const GAUGES: Partial<Record<AlertMetric, string>> = {
  waiting: 'depth.waiting',
  active: 'depth.active',
  delayed: 'depth.delayed',
  prioritized: 'depth.prioritized',
  waitingChildren: 'depth.waitingChildren',
  paused: 'depth.paused',
  completed: 'depth.completed',
  failed: 'depth.failed',
  backlog: 'depth.backlog',
  oldestWaitingMs: 'oldestWaitingMs',
  oldestPrioritizedMs: 'oldest.prioritizedMs',
  oldestWaitingChildrenMs: 'oldest.waitingChildrenMs',
  overdueMs: 'overdueMs',
  workers: 'workers',
};
const COUNTERS: Partial<Record<AlertMetric, string>> = {
  arrivedPerMinute: 'arrived',
  startedPerMinute: 'started',
  completedPerMinute: 'completed',
  failedPerMinute: 'failed',
  failedAttemptsPerMinute: 'failedAttempts',
  stalledPerMinute: 'stalled',
};
const QUANTILES: Partial<Record<AlertMetric, string>> = {
  runMsP50: 'runMs.p50',
  runMsP95: 'runMs.p95',
  runMsP99: 'runMs.p99',
  waitMsP50: 'waitMs.p50',
  waitMsP95: 'waitMs.p95',
  waitMsP99: 'waitMs.p99',
};

/** Series that a replay of the rule needs, or why there can be none. */
export function replayNeeds({
  metric,
  verdict,
  notEmptyBy,
  noData,
}: AlertRule): { series: string[] } | { cannot: string } {
  if (verdict) return { cannot: 'The history keeps figures, not verdicts: this rule cannot be tried on the past.' };
  if (noData) return { cannot: 'What could not be read is not in the history: this rule cannot be tried on the past.' };
  if (notEmptyBy !== undefined || metric === 'drainMs')
    return { series: ['depth.backlog:last', 'arrived', 'completed', 'failed'] };
  if (metric === 'failurePercent') return { series: ['completed', 'failed'] };
  const gauge = metric && GAUGES[metric];
  if (gauge) return { series: [gauge, `${gauge}:last`] };
  const single = metric && (COUNTERS[metric] ?? QUANTILES[metric]);
  return single
    ? { series: [single] }
    : { cannot: 'The history does not keep this figure: it cannot be tried on the past.' };
}

/** One step of the past: the values that the rule would have seen at its beginning and at its end. */
export type ReplayStep = { at: number; stepMs: number; first: number | null; last: number | null };

/** The values of a rule's metric in each whole step of a series. `deadlines`: for rules with `notEmptyBy`. */
export function replaySteps(
  rule: AlertRule,
  { from, stepMs, unfinishedFrom, series }: Series,
  deadlines: Deadlines,
): ReplayStep[] {
  const { metric, below, notEmptyBy } = rule;
  const column = (name: string) => series[name] ?? [];
  const minutes = stepMs / 60_000;
  const value = (index: number): { first: number | null; last: number | null } => {
    const gauge = metric && GAUGES[metric];
    if (gauge) {
      const last = column(`${gauge}:last`)[index] ?? null;
      return { first: below === undefined ? (column(gauge)[index] ?? null) : last, last };
    }
    const only = single(index);
    return { first: only, last: only };
  };
  const single = (index: number): number | null => {
    const of = (name: string) => column(name)[index] ?? null;
    if (notEmptyBy !== undefined || metric === 'drainMs') {
      const at = from + index * stepMs;
      const drain = drainOf(of('depth.backlog:last'), of('completed'), of('failed'), of('arrived'), minutes);
      if (notEmptyBy === undefined || drain === null) return drain;
      return drain === 0 ? 0 : at + drain - deadlines.of(rule, at);
    }
    if (metric === 'failurePercent') {
      const [completed, failed] = [of('completed'), of('failed')];
      if (completed === null || failed === null || completed + failed < MIN_FINISHED * minutes) return null;
      return (100 * failed) / (completed + failed);
    }
    const counter = metric && COUNTERS[metric];
    if (counter) {
      const count = of(counter);
      return count === null ? null : count / minutes;
    }
    return of((metric && QUANTILES[metric]) ?? '');
  };
  const length = Math.max(0, ...Object.values(series).map((values) => values.length));
  return Array.from({ length }, (_, index) => ({ at: from + index * stepMs, stepMs, ...value(index) })).filter(
    ({ at }) => unfinishedFrom === null || at < unfinishedFrom,
  );
}

function drainOf(
  backlog: number | null,
  completed: number | null,
  failed: number | null,
  arrived: number | null,
  minutes: number,
) {
  if (backlog === null || completed === null || failed === null || arrived === null) return null;
  if (backlog === 0) return 0;
  const perMinute = (completed + failed - arrived) / minutes;
  return perMinute <= 0 ? NEVER_MS : Math.min(NEVER_MS, (backlog / perMinute) * 60_000);
}

/** When the rule would have fired. Pure; steps in order. A step without data keeps what was, as live. */
export function replay(
  rule: AlertRule,
  steps: readonly ReplayStep[],
): { episodes: ReplayEpisode[]; unknownMs: number } {
  const bounds = boundsOf(rule);
  const isBelow = bounds.below !== undefined;
  const episodes: ReplayEpisode[] = [];
  let state: RuleState | null = null;
  let unknownMs = 0;
  const see = (value: number | null, at: number, patienceMs: number): void => {
    const after: RuleState | null = judge(bounds, state, value, at, 0, patienceMs);
    const current = episodes.at(-1);
    if (after?.phase === 'firing' && state?.phase !== 'firing')
      episodes.push({ firedAt: at, resolvedAt: null, peak: value });
    else if (after?.phase === 'resolved' && current) current.resolvedAt = at;
    else if (after?.phase === 'firing' && current && value !== null)
      current.peak =
        current.peak === null ? value : isBelow ? Math.min(current.peak, value) : Math.max(current.peak, value);
    state = after;
  };
  for (const { at, stepMs, first, last } of steps) {
    if (first === null && last === null) unknownMs += stepMs;
    see(first, at, 2 * stepMs);
    see(last, at + stepMs - 1, 2 * stepMs);
  }
  return { episodes, unknownMs };
}

import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Tier } from './tiers';

/** Steps that a chart can have (ms); the smallest that gives at most `MAX_POINTS` is taken. */
const STEPS = [
  ...[10, 20, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2].map((days) => days * DAY_MS),
];
export const MAX_POINTS = 300;
export const MIN_STEP_MS = 10 * SECOND_MS;

/** Step (ms) for a range. */
export function pickStep(from: number, to: number): number {
  return (
    STEPS.find((step) => (to - from) / step <= MAX_POINTS) ?? Math.ceil((to - from) / MAX_POINTS / DAY_MS) * DAY_MS
  );
}

/**
 * The tier that answers a range: the coarsest that still gives the step (`step` ms, or one for at most `MAX_POINTS`
 * points) and reaches back to `from`. Where only coarser ones reach that far, the step grows to theirs. `now`: ms.
 */
export function pickTier(
  tiers: readonly Tier[],
  { from, to, step, now }: { from: number; to: number; step: number | undefined; now: number },
): { tier: Tier; stepMs: number } {
  const wanted = step ?? pickStep(from, to);
  const reaching = tiers.filter(({ retentionMs }) => from >= now - retentionMs);
  const candidates = reaching.length > 0 ? reaching : tiers.slice(-1);
  const fitting = candidates.filter(({ slotMs }) => wanted % slotMs === 0);
  const tier = fitting.at(-1) ?? (candidates[0] as Tier);
  return { tier, stepMs: Math.max(tier.slotMs, wanted - (wanted % tier.slotMs)) };
}

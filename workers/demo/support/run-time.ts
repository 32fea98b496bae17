import { setTimeout as pause } from 'node:timers/promises';

const MINUTE = 60_000;
const SLOW_EVERY_MS = 8 * MINUTE;
const SLOW_FROM_MS = 5 * MINUTE;
const SLOW_FOR_MS = 2 * MINUTE;

/** Is the dependency that all workers of the demo call in one of its slow spells? All processes agree by the clock. */
export function isDependencySlow(now = Date.now()): boolean {
  const phase = now % SLOW_EVERY_MS;
  return phase >= SLOW_FROM_MS && phase < SLOW_FROM_MS + SLOW_FOR_MS;
}

/**
 * Works for a while: a quick answer mostly, a slow one for every seventh job (two humps in the distribution);
 * in a slow spell more often and twice as long.
 * @param quickMs typical time of a quick job
 * @param slowMs typical time of a slow one
 */
export async function work(quickMs: number, slowMs: number): Promise<void> {
  const isSlow = isDependencySlow();
  const isSlowJob = Math.random() < (isSlow ? 0.3 : 0.14);
  await pause(spread(isSlowJob ? slowMs * (isSlow ? 2 : 1) : quickMs));
}

/** A time around `ms`: 60–160 % of it, smaller ones more often. */
export function spread(ms: number): number {
  return ms * (0.6 + Math.random() ** 2);
}

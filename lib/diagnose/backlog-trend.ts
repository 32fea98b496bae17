/** Backlog of one queue, sampled about every `SAMPLE_MS`, oldest first; the last sample is from `at` (ms). */
export type BacklogTrend = { readonly at: number; readonly samples: readonly number[] };

/** How the backlog moved over the window, in jobs. */
export type Growth = { from: number; to: number; isGrowing: boolean; isStillGrowing: boolean };

const SAMPLE_MS = 10_000;
const SAMPLES_PER_MINUTE = 6;
/** Three minutes, with both ends. */
const SAMPLES = 3 * SAMPLES_PER_MINUTE + 1;
const MIN_INCREASE = 10;
const MIN_SHARE = 0.02;

/** Minutes that a trend must span before it says anything. */
export const TREND_MINUTES = 3;

/**
 * The trend with what is known at `now` (ms). A backlog that touches zero, or an unknown one, starts it afresh; so
 * does a pause in looking. Returns the same object between two samples, so that nothing is allocated at most ticks.
 */
export function followBacklog(trend: BacklogTrend | null, backlog: number | null, now: number): BacklogTrend | null {
  if (backlog === null || backlog === 0) return null;
  const elapsed = trend === null ? Infinity : now - trend.at;
  if (trend === null || elapsed < 0 || elapsed > 3 * SAMPLE_MS) return { at: now, samples: [backlog] };
  if (elapsed < SAMPLE_MS) return trend;
  const samples = trend.samples.length < SAMPLES ? trend.samples.slice() : trend.samples.slice(1);
  samples.push(backlog);
  return { at: now, samples };
}

/**
 * Whether the backlog grows lastingly; `null` before three minutes are known. The lowest value of the newest minute
 * must lie above the highest of the oldest, and the last minute must not drain: a burst that is being worked off, and
 * the ups and downs of a queue in balance, are no growth.
 */
export function growthOf(trend: BacklogTrend | null): Growth | null {
  if (trend === null || trend.samples.length < SAMPLES) return null;
  const { samples } = trend;
  const first = minute(samples, 0);
  const second = minute(samples, SAMPLES_PER_MINUTE);
  const third = minute(samples, 2 * SAMPLES_PER_MINUTE + 1);
  const from = samples[0] ?? 0;
  const to = samples[SAMPLES - 1] ?? 0;
  const minuteAgo = samples[SAMPLES - 1 - SAMPLES_PER_MINUTE] ?? 0;
  const halfMinuteAgo = samples[SAMPLES - 1 - SAMPLES_PER_MINUTE / 2] ?? 0;
  const twoMinutesAgo = samples[SAMPLES_PER_MINUTE] ?? 0;
  return {
    from,
    to,
    isGrowing:
      second.lowest > first.lowest &&
      third.lowest > second.lowest &&
      third.lowest > first.highest &&
      to > minuteAgo &&
      to >= halfMinuteAgo &&
      to - from >= Math.max(MIN_INCREASE, from * MIN_SHARE),
    isStillGrowing: to > twoMinutesAgo,
  };
}

function minute(samples: readonly number[], start: number): { lowest: number; highest: number } {
  let lowest = Infinity;
  let highest = -Infinity;
  for (let index = start; index < start + SAMPLES_PER_MINUTE; index += 1) {
    const value = samples[index] ?? 0;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return { lowest, highest };
}

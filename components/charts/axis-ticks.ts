const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
];

/**
 * Round times between two ends, at most `most` of them.
 * @param offsetMs what has to be added to UTC to get the shown clock, so that midnight there is a round time
 */
export function timeTicks(from: number, to: number, most: number, offsetMs = 0): number[] {
  const step =
    STEPS.find((each) => (to - from) / each <= most) ?? 24 * HOUR * Math.ceil((to - from) / most / (24 * HOUR));
  const ticks: number[] = [];
  for (let at = Math.ceil((from + offsetMs) / step) * step - offsetMs; at < to; at += step) ticks.push(at);
  return ticks;
}

/** Durations that read as one number, about a decade apart; the last one is eleven years. */
const ROUND_DURATIONS = [
  ...[1, 10, 100, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 10 * HOUR],
  ...[100, 1_000, 10_000, 100_000].map((hours) => hours * HOUR),
];

/** Ends and ticks of a logarithmic axis of durations that holds `values` (ms); `null` when there is nothing above zero. */
export function logAxis(values: readonly number[]): { domain: [number, number]; ticks: number[] } | null {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return null;
  const [least, most] = [Math.min(...positive), Math.max(...positive)];
  const low = Math.max(
    0,
    ROUND_DURATIONS.findLastIndex((ms) => ms <= least),
  );
  const end = ROUND_DURATIONS.findIndex((ms) => ms >= most);
  const high = Math.max(low + 1, end === -1 ? ROUND_DURATIONS.length - 1 : end);
  const ticks = ROUND_DURATIONS.slice(low, high + 1);
  return { domain: [ticks[0] ?? 1, ticks.at(-1) ?? 10], ticks };
}

/** Steps of a linear axis of durations that give labels of one number, ms. */
const DURATION_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 20 * SECOND, 30 * SECOND],
  ...[MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR],
];
const DAY = 24 * HOUR;

/** A linear axis of durations (ms) from zero to at least `most`, of at most four steps. */
export function durationAxis(most: number): { domain: [number, number]; ticks: number[] } {
  const step = DURATION_STEPS.find((each) => most / each <= 4) ?? DAY * Math.max(1, Math.ceil(most / 4 / DAY));
  const ticks = Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, index) => index * step);
  return { domain: [0, ticks.at(-1) ?? step], ticks };
}

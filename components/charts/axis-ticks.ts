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

/** Ends and powers of ten of a logarithmic axis that holds `values` (ms); `null` when there is nothing above zero. */
export function logAxis(values: readonly number[]): { domain: [number, number]; ticks: number[] } | null {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return null;
  const low = Math.floor(Math.log10(Math.max(1, Math.min(...positive))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive))));
  return {
    domain: [10 ** low, 10 ** high],
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
  };
}

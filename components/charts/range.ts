const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Ranges of the queue page, ms. */
export const RANGES = [
  { name: '15m', label: '15 m', ms: 15 * MINUTE },
  { name: '1h', label: '1 h', ms: HOUR },
  { name: '3h', label: '3 h', ms: 3 * HOUR },
  { name: '12h', label: '12 h', ms: 12 * HOUR },
  { name: '24h', label: '24 h', ms: DAY },
  { name: '3d', label: '3 d', ms: 3 * DAY },
  { name: '7d', label: '7 d', ms: 7 * DAY },
  { name: '30d', label: '30 d', ms: 30 * DAY },
  { name: '90d', label: '90 d', ms: 90 * DAY },
  { name: '400d', label: '400 d', ms: 400 * DAY },
] as const;
export type RangeName = (typeof RANGES)[number]['name'];
export const DEFAULT_RANGE: RangeName = '1h';
export const RANGE_NAMES: RangeName[] = RANGES.map(({ name }) => name);

/** What a chart shows: a range that moves with the clock, or a piece of the past that stands still. ms since the epoch. */
export type ChartWindow = { kind: 'moving'; name: RangeName; ms: number } | { kind: 'fixed'; from: number; to: number };
export type Bounds = { from: number; to: number };

export const SHORTEST_MS = 10_000;
export const LONGEST_MS = 400 * DAY;

/** The window of an address; a `from` and `to` that make no sense are ignored. */
export function windowOf(name: RangeName, from: number | null, to: number | null): ChartWindow {
  if (from !== null && to !== null && from >= 0 && to - from >= SHORTEST_MS && to - from <= LONGEST_MS)
    return { kind: 'fixed', from, to };
  const range = RANGES.find((each) => each.name === name) ?? RANGES[1];
  return { kind: 'moving', name: range.name, ms: range.ms };
}

/** A window with both ends, ms since the epoch. */
export function boundsOf(window: ChartWindow, now: number): Bounds {
  return window.kind === 'fixed' ? window : { from: now - window.ms, to: now };
}

/** The window moved by `share` of its length (negative: into the past), never beyond now. */
export function moved({ from, to }: Bounds, share: number, now: number): Bounds {
  return movedBy({ from, to }, (to - from) * share, now);
}

/** The window moved by `ms`, never beyond now. */
export function movedBy({ from, to }: Bounds, ms: number, now: number): Bounds {
  const end = Math.max(to - from, Math.min(to + ms, Math.max(now, to)));
  return { from: Math.round(end - (to - from)), to: Math.round(end) };
}

/** The window with twice the length around the same middle, never beyond now. */
export function widened({ from, to }: Bounds, now: number): Bounds {
  const length = Math.min(LONGEST_MS, 2 * (to - from));
  const end = Math.min((from + to) / 2 + length / 2, Math.max(now, to));
  return { from: Math.round(Math.max(0, end - length)), to: Math.round(end) };
}

/** What a range is compared with, and how long before it that lies (ms). */
export const COMPARISONS = [
  { name: 'day', label: 'the day before', short: 'day before', ms: DAY },
  { name: 'week', label: 'the week before', short: 'week before', ms: 7 * DAY },
] as const;
export type ComparisonName = (typeof COMPARISONS)[number]['name'];
export const COMPARISON_NAMES: ComparisonName[] = COMPARISONS.map(({ name }) => name);

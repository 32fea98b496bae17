const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Ranges of the queue page, ms. */
export const RANGES = [
  { name: '15m', label: '15 m', ms: 15 * MINUTE },
  { name: '1h', label: '1 h', ms: HOUR },
  { name: '3h', label: '3 h', ms: 3 * HOUR },
  { name: '12h', label: '12 h', ms: 12 * HOUR },
  { name: '24h', label: '24 h', ms: 24 * HOUR },
  { name: '3d', label: '3 d', ms: 72 * HOUR },
] as const;
export type RangeName = (typeof RANGES)[number]['name'];
export const DEFAULT_RANGE: RangeName = '1h';
export const RANGE_NAMES: RangeName[] = RANGES.map(({ name }) => name);

/** What a chart shows: a range that moves with the clock, or a piece of the past that stands still. ms since the epoch. */
export type ChartWindow = { kind: 'moving'; name: RangeName; ms: number } | { kind: 'fixed'; from: number; to: number };

const SHORTEST_MS = 10_000;

/** The window of an address; a `from` and `to` that make no sense are ignored. */
export function windowOf(name: RangeName, from: number | null, to: number | null): ChartWindow {
  if (from !== null && to !== null && to - from >= SHORTEST_MS) return { kind: 'fixed', from, to };
  const range = RANGES.find((each) => each.name === name) ?? RANGES[1];
  return { kind: 'moving', name: range.name, ms: range.ms };
}

/** A window with both ends, ms since the epoch. */
export function boundsOf(window: ChartWindow, now: number): { from: number; to: number } {
  return window.kind === 'fixed' ? window : { from: now - window.ms, to: now };
}

import type { LineSpec, Row } from './series-rows';

/** Where the buckets that are still filling begin (ms), and how long one is; `from` is `null` where all are complete. */
export type Filling = { from: number | null; stepMs: number };

type Line = Pick<LineSpec, 'key' | 'isCount'>;

/** A line's value in a bucket that is complete. */
export function settledValue(row: Row, { key }: Line, { from }: Filling): number | null {
  return from !== null && row.at >= from ? null : (row[key] ?? null);
}

/**
 * A line's value in the part that is drawn as unfinished: the filling buckets, led up to from the last complete one.
 * Counts are not led up to: they would seem to plunge.
 */
export function tailValue(row: Row, { key, isCount }: Line, { from, stepMs }: Filling): number | null {
  if (from === null) return null;
  return row.at >= (isCount ? from : from - stepMs) ? (row[key] ?? null) : null;
}

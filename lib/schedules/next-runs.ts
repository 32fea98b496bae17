import { CronExpressionParser } from 'cron-parser';
import type { Schedule } from '../domain/scheduler';

/** Where a pattern that leaves nothing (the 31st of February) would be looked for without end. */
const MAX_YEARS_MS = 9 * 366 * 86_400_000;

type Times = Pick<Schedule, 'pattern' | 'everyMs' | 'offsetMs' | 'startAt' | 'endAt'>;

/**
 * The next time of a cron pattern after `after` (ms), reckoned as all three libraries do: the pattern is read anew for
 * each run. Around a change of the clocks that gives other times than going on with one reading.
 * @throws Error of the parser for a pattern or a zone that it does not understand
 */
export function nextOfPattern(pattern: string, zone: string, after: number): number | null {
  const interval = CronExpressionParser.parse(pattern, { currentDate: new Date(after), tz: zone });
  const next = interval.next().getTime();
  return next - after > MAX_YEARS_MS ? null : next;
}

/** The last time of a cron pattern before `before` (ms). @throws as `nextOfPattern` */
export function previousOfPattern(pattern: string, zone: string, before: number): number | null {
  const interval = CronExpressionParser.parse(pattern, { currentDate: new Date(before), tz: zone });
  const previous = interval.prev().getTime();
  return before - previous > MAX_YEARS_MS ? null : previous;
}

/**
 * Up to `count` times after `after` (ms). `first` is the time that the library has already reckoned and stored: it
 * counts for itself, and those after it are reckoned from it. `left`: jobs that the limit still allows.
 * @throws Error of the parser
 */
export function nextRuns(
  { pattern, everyMs, offsetMs, startAt, endAt }: Times,
  zone: string,
  {
    after,
    first = null,
    count = 5,
    left = null,
  }: { after: number; first?: number | null; count?: number; left?: number | null },
): number[] {
  const most = left === null ? count : Math.min(count, Math.max(0, left));
  const runs: number[] = [];
  let at = first !== null && first > after ? first : next(Math.max(after, startAt === null ? after : startAt - 1));
  while (at !== null && runs.length < most && (endAt === null || at <= endAt)) {
    runs.push(at);
    at = next(at);
  }
  return runs;

  function next(from: number): number | null {
    if (pattern !== null) return nextOfPattern(pattern, zone, from);
    if (everyMs === null) return null;
    if (first !== null && first <= from) return first + (Math.floor((from - first) / everyMs) + 1) * everyMs;
    const offset = offsetMs ?? 0;
    return (Math.floor((from - offset) / everyMs) + 1) * everyMs + offset;
  }
}

/** Times of a schedule in [from, to), oldest first, the newest `most` of them. `anchor`: a time it is known to have. */
export function pastRuns(times: Times, zone: string, from: number, to: number, most: number, anchor: number): number[] {
  const runs: number[] = [];
  const { pattern, everyMs } = times;
  let at = to;
  while (runs.length < most) {
    const previous =
      pattern !== null
        ? previousOfPattern(pattern, zone, at)
        : everyMs === null
          ? null
          : anchor + (Math.ceil((at - anchor) / everyMs) - 1) * everyMs;
    if (previous === null || previous < from) break;
    runs.unshift(previous);
    at = previous;
  }
  return runs;
}

/** Says whether `at` is one of the times of a schedule; of an interval, counted from `anchor`. */
export function isOnSchedule(times: Times, zone: string, at: number, anchor: number): boolean {
  if (times.pattern !== null) return nextOfPattern(times.pattern, zone, at - 1) === at;
  return times.everyMs !== null && (at - anchor) % times.everyMs === 0;
}

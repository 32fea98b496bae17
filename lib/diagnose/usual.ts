import { median, quantile, spread } from './robust';

/** One earlier hour of a queue. Counts of the whole hour; `runMs`: median run; gauges: the highest of the hour. */
export type EarlierHour = {
  /** ms since the epoch at which it began. */
  at: number;
  arrived: number;
  finished: number;
  failed: number;
  runMs: number | null;
  backlog: number | null;
  workers: number | null;
};

/** What is usual for a queue at this hour. Rates in jobs per second, times in ms. `null`: not known. */
export type Usual = {
  /** Hours that this was made of, and whether they are of the same weekday. */
  hours: number;
  ofWeekday: boolean;
  /** Of all hours but the quietest fifth: one outage is not what is usual. */
  leastArrivalPerS: number;
  arrivalPerS: number;
  failedShare: number;
  runMs: { typical: number; spread: number } | null;
  backlog: number | null;
  workers: number | null;
  /** The longest time without an arrival in the last hours that had some, ms; `null` where nobody looked it up. */
  quietMs: number | null;
};

/** Fewer hours than these say nothing of what is usual. */
const LEAST_HOURS = 3;
const HOUR_S = 3_600;
const WEEK_MS = 7 * 86_400_000;

/** Starts (ms) of the hours that are compared with the one of `at`: of the four weeks before, and of the seven days. */
export function comparableHours(at: number): number[] {
  const hour = at - (at % 3_600_000);
  const weeks = [1, 2, 3, 4].map((n) => hour - n * WEEK_MS);
  const days = [1, 2, 3, 4, 5, 6].map((n) => hour - n * 86_400_000);
  return [...weeks, ...days];
}

/**
 * What is usual at `at`, by the median of the same hour on the same weekday, or, where there are fewer than three of
 * those, of the same hour of the last days. `null`: the history is too young.
 */
export function usualOf(hours: readonly EarlierHour[], at: number): Usual | null {
  const hour = at - (at % 3_600_000);
  const sameDay = hours.filter((one) => (hour - one.at) % WEEK_MS === 0);
  const ofWeekday = sameDay.length >= LEAST_HOURS;
  const chosen = ofWeekday ? sameDay : hours;
  if (chosen.length < LEAST_HOURS) return null;
  const arrived = chosen.map((one) => one.arrived / HOUR_S);
  const runs = chosen.flatMap(({ runMs }) => (runMs === null ? [] : [runMs]));
  const typical = median(runs);
  return {
    hours: chosen.length,
    ofWeekday,
    leastArrivalPerS: quantile(arrived, 0.2) ?? 0,
    arrivalPerS: median(arrived) ?? 0,
    failedShare: median(chosen.map(({ failed, finished }) => failed / Math.max(1, finished))) ?? 0,
    runMs: typical === null ? null : { typical, spread: spread(runs) },
    backlog: median(chosen.flatMap(({ backlog }) => backlog ?? [])),
    workers: median(chosen.flatMap(({ workers }) => workers ?? [])),
    quietMs: null,
  };
}

/** `the same hour of the last 4 Tuesdays`, for a sentence. */
export function usualWords({ hours, ofWeekday }: Pick<Usual, 'hours' | 'ofWeekday'>): string {
  return ofWeekday ? `the same hour of the last ${hours} weeks` : `the same hour of ${hours} earlier days`;
}

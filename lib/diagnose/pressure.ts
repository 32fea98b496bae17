import { slotsOf, type Capacity } from './capacity';
import type { Look } from './look';
import type { DiagnosisMemory } from './memory';
import { RECENT_MS, type Lately } from './lately';
import { quantile } from './robust';

/** Windows in which growth and drain are looked for, ms: a slow queue needs a longer one to be told from chance. */
const WINDOWS_MS = [20_000, 40_000, 60_000, 180_000, 600_000] as const;
/** Counts of independent events scatter by their root: so many times it is no chance. */
const SIGMAS = 3;
const SIGMAS_OF_DRAIN = 2;
/** Each third of a growth has at least this share of it: a leap at once is a burst. */
const LEAST_STEP = 0.1;
/** Growth is beyond what all but this share of the last quarter of an hour saw. */
const HIGHER_THAN = 0.9;
/** A backlog of less work than this is none to speak of, ms. */
export const MINOR_MS = 10_000;
/** What is worked off within this time needs no words, ms. */
export const SOON_MS = 60_000;
/** Up to this many times the usual backlog of the hour is usual. */
const USUAL_FACTOR = 1.5;

/** Jobs per second. `low`, `high`: bounds of the time to drain (ms) by the scatter of the counts; `high: null`: maybe never. */
export type Drain = { ms: number; low: number; high: number | null };

/** Whether a queue keeps up. */
export type Pressure = {
  backlog: number;
  /** Jobs waited at (nearly) each look of the last 20 s. */
  isWaiting: boolean;
  /** More arrives than is finished, by more than chance, and there is more than a moment's work. */
  isGrowing: boolean;
  arrivalPerS: number;
  servicePerS: number;
  drain: Drain | null;
  /** Jobs wait, and will for longer than a minute; and more than is usual at this hour. */
  isBehind: boolean;
};

/** Workers that have no moment to spare finish at an even pace: only what arrives scatters. */
const SATURATED = 0.95;

export function pressureOf({ queue, recent, usual, now }: Look, capacity: Capacity | null): Pressure {
  const backlog = queue.backlog ?? 0;
  const looks = recent.sumToNow('looks', now, 20_000);
  const isWaiting = backlog > 0 && looks > 0 && recent.sumToNow('looksWaiting', now, 20_000) >= 0.9 * looks;
  const service = recent.finished(now, 20_000) / 20;
  const arrival = recent.sum('arrived', now, 20_000) / 20;
  const pace = Math.max(service, recent.finished(now, 60_000) / 60);
  const isMinor = pace > 0 && (backlog / pace) * 1000 < MINOR_MS;
  const isUsual = usual?.backlog != null && backlog <= USUAL_FACTOR * usual.backlog;
  const slots = slotsOf(capacity);
  const growing = isWaiting && !isMinor && !isUsual ? growthWindow(recent, slots, now) : null;
  const drain = growing === null && backlog > 0 ? drainOf(recent, backlog, now) : null;
  return {
    backlog,
    isWaiting,
    isGrowing: growing !== null,
    arrivalPerS: growing === null ? arrival : recent.sum('arrived', now, growing) / (growing / 1000),
    servicePerS: growing === null ? service : recent.finished(now, growing) / (growing / 1000),
    drain,
    isBehind: isWaiting && !isMinor && !isUsual && (drain === null || drain.ms > SOON_MS),
  };
}

/** The shortest window (ms) in which the backlog grew beyond chance, in each part of it, to a new height. */
function growthWindow(recent: Lately, slots: number | null, now: number): number | null {
  for (const ms of WINDOWS_MS) {
    const levels = quarters(recent, now, ms);
    if (levels === null) return null;
    const [first = 0, second = 0, third = 0, last = 0] = levels;
    const grown = last - first;
    const least = LEAST_STEP * grown;
    const isSaturated = slots !== null && (recent.mean('active', now, ms) ?? 0) >= SATURATED * slots;
    const finished = recent.finished(now, ms) * (isSaturated ? 1 : 2);
    if (grown <= SIGMAS * Math.sqrt(finished + grown)) continue;
    if (second - first < least || third - second < least || last - third < least) continue;
    const before = recent.levels(now, RECENT_MS - ms, ms).filter((level) => level !== null);
    if (last > (quantile(before, HIGHER_THAN) ?? 0)) return ms;
  }
  return null;
}

/** When the backlog is worked off at the pace at which it shrank, in the shortest window that is more than chance. */
function drainOf(recent: Lately, backlog: number, now: number): Drain | null {
  for (const ms of WINDOWS_MS) {
    const levels = quarters(recent, now, ms);
    if (levels === null) return null;
    const [first = 0, second = 0, third = 0, last = 0] = levels;
    // The newest part alone, so that a burst is seen to drain as soon as it has come.
    const parts = [
      { lost: first - last, seconds: (0.75 * ms) / 1000, share: 1 },
      { lost: second - last, seconds: (0.5 * ms) / 1000, share: 0.75 },
      { lost: third - last, seconds: (0.25 * ms) / 1000, share: 0.5 },
    ];
    for (const { lost, seconds, share } of parts) {
      const scatter = SIGMAS_OF_DRAIN * Math.sqrt(2 * recent.finished(now, share * ms));
      if (lost <= scatter || lost <= 0) continue;
      return {
        ms: (backlog / lost) * seconds * 1000,
        low: (backlog / (lost + scatter)) * seconds * 1000,
        high: (backlog / (lost - scatter)) * seconds * 1000,
      };
    }
  }
  return null;
}

/** Mean backlog of each quarter of the window, oldest first; `null` where nobody looked. */
function quarters(recent: Lately, now: number, ms: number): number[] | null {
  const levels = [3, 2, 1, 0].map((n) => recent.mean('backlog', now, ms / 4, (n * ms) / 4));
  return levels.every((level) => level !== null) ? levels : null;
}

/** Busy share of the workers in the last `ms`, 0 to 1; `null` where what they can run at once was never seen. */
export function utilisationOf({ recent, now }: Look, memory: DiagnosisMemory, ms = 60_000): number | null {
  const slots = slotsOf(memory.capacity);
  if (slots === null || slots === 0) return null;
  const active = recent.mean('active', now, ms);
  if (active === null) return null;
  // Short jobs are missed by looks, long ones have not ended yet: each sees what the other does not.
  return Math.min(1, Math.max(active, recent.sum('runMs', now, ms) / ms) / slots);
}

import type { Age, Oldest } from '../../domain/queue';
import type { Row } from './read-counts';

/** Scores of the delayed set are ms × 4096 plus a counter, in both libraries. */
const DELAYED_SCALE = 0x1000;

/** When a job came, ms. `isNext`: it is the next to run, so that the time of its entry may be known better. */
type Since = { at: number; isNext: boolean; isAtLeast: boolean };

/** The oldest jobs that could be looked at, by state; `null` where none waits. ms by the producer's clock. */
export type OldestJobs = {
  waiting: Since | null;
  paused: Since | null;
  prioritized: Since | null;
  waitingChildren: Since | null;
  delayedDueAt: number | null;
};

/** Pure: what a row of the counting script says of the oldest jobs. */
export function oldestIn(kind: 'bull' | 'bullmq', row: Row): OldestJobs {
  const [, nextAt, otherAt, pausedNextAt, pausedOtherAt, , prioritizedAt, lowAt, delayedScore, childrenScore] =
    row.slice(10) as (string | null)[];
  // Bull's priorities put jobs out of their order within the list.
  const isMixed = kind === 'bull' && row[6] > 0;
  const delayed = msOf(delayedScore);
  const children = msOf(childrenScore);
  return {
    waiting: oldestOf(nextAt, otherAt, isMixed),
    paused: oldestOf(pausedNextAt, pausedOtherAt, isMixed),
    prioritized: oldestOf(prioritizedAt, lowAt, lowAt != null),
    waitingChildren: children === null ? null : { at: children, isNext: false, isAtLeast: false },
    delayedDueAt: delayed === null ? null : Math.floor(delayed / DELAYED_SCALE),
  };
}

/**
 * Ages at `now` (ms, broker's clock). `entered` tells when the next job of the list and of the prioritized set began
 * to wait, where that was seen: its wait is exact then, delays left out.
 */
export function agesOf(
  oldest: OldestJobs,
  now: number,
  entered: { waiting: number | null; prioritized: number | null },
): Oldest {
  const age = (since: Since | null, enteredAt: number | null): Age | null => {
    if (since === null) return null;
    const at = since.isNext && !since.isAtLeast && enteredAt !== null ? enteredAt : since.at;
    return { ms: Math.max(0, now - at), isAtLeast: since.isAtLeast };
  };
  return {
    waiting: age(oldest.waiting, entered.waiting),
    paused: age(oldest.paused, oldest.waiting ? null : entered.waiting),
    prioritized: age(oldest.prioritized, entered.prioritized),
    waitingChildren: age(oldest.waitingChildren, null),
    delayedDueAt: oldest.delayedDueAt,
  };
}

/** The oldest of all that could run if a worker were free; a bound as soon as one of the states gives only a bound. */
export function oldestRunnable({ waiting, paused, prioritized }: Oldest): Age | null {
  const ages = [waiting, paused, prioritized].filter((age) => age !== null);
  if (ages.length === 0) return null;
  return { ms: Math.max(...ages.map(({ ms }) => ms)), isAtLeast: ages.some(({ isAtLeast }) => isAtLeast) };
}

function oldestOf(nextText: string | null | undefined, otherText: string | null | undefined, isMixed: boolean) {
  const next = msOf(nextText);
  const other = msOf(otherText);
  if (next === null && other === null) return null;
  const at = Math.min(next ?? Infinity, other ?? Infinity);
  return { at, isNext: at === next, isAtLeast: isMixed || at !== next };
}

function msOf(text: string | null | undefined): number | null {
  const ms = text == null ? NaN : Number(text);
  return ms > 0 ? ms : null;
}

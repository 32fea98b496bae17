import type { RawReading } from './read-counts';
import type { Watched } from './watched';

/*
 * Bull says nothing of jobs added with a delay; its job counter does, less the adds that made no job, of which it says that
 * they did not. All of these that are in a reading of the counter have been heard once what was said until some later moment
 * has been heard: so a reading waits for that. Those that were heard and are not in it yet are taken off too early rather
 * than too late, and what they took off is told with the next reading.
 */

/** A Bull queue's counter was read. With `isFinal` there is nothing to wait for. @returns arrivals that can be told at once */
export function noteCounter(
  watched: Watched,
  { addedEver, counts, at }: RawReading & { at: number },
  isFinal: boolean,
): number {
  if (addedEver === null) return 0;
  // A queue that came to be while we watched began at zero, if its jobs account for the counter.
  watched.told ??= watched.isNew && addedEver <= 1_000 + sumOf(counts) ? 0 : null;
  watched.addedEver = addedEver;
  if (watched.told === null || addedEver < watched.told) {
    Object.assign(watched, { told: addedEver, duplicates: 0, unsettled: null });
    return 0;
  }
  watched.unsettled = addedEver > watched.told ? { added: addedEver, at } : null;
  return isFinal ? settleArrivals(watched).count : 0;
}

/** All that was said before the counter was last read has been heard. */
export function settleArrivals(watched: Watched): { at: number; count: number } {
  const { unsettled, told } = watched;
  if (unsettled === null || told === null) return { at: 0, count: 0 };
  const count = unsettled.added - told - watched.duplicates;
  Object.assign(watched, { told: unsettled.added, duplicates: Math.max(0, -count), unsettled: null });
  return { at: unsettled.at, count: Math.max(0, count) };
}

/** Up to which number of its counter a queue's arrivals are told, or known to be none. */
export function toldUntil({ told, duplicates, addedEver }: Watched): number | undefined {
  return told === null || addedEver === null ? undefined : Math.min(addedEver, told + duplicates);
}

function sumOf(counts: RawReading['counts']): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

import type { Baseline } from '../position';
import type { QueueReading } from '../source';
import type { Found } from './discovery';
import { JobLives } from './job-lives';
import { toQueueKey } from '../../domain/queue-key';

/** What is remembered of a watched queue between two looks. Times ms, our clock. */
export type Watched = Found & {
  key: string;
  lives: JobLives;
  reading: QueueReading | null;
  readAt: number;
  /** Why it cannot be read now, `null` when it can; the server that it was last read from, and when (broker's clock). */
  unread: string | null;
  serverId: string | null;
  reachedAt: number | null;
  movedAt: number;
  checkedAt: number;
  /** The active job that was taken first, and since when it is this one. */
  oldestActive: { id: string; since: number } | null;
  /** When the locks of active jobs were last looked at, and how many were gone; `lockMs`: the longest lock seen. */
  locksAt: number;
  isSampled: boolean;
  /** When the lock that was renewed longest ago will be late, ms by our clock; `null`: not known. */
  lateAt: number | null;
  withoutLock: number | null;
  lockMs: number | null;
  /**
   * Bull: its counter of adds as last read; up to which number of it arrivals are told, adds that made no job and are not
   * taken off yet, and a reading that waits to be told (`at`: ms, broker's clock).
   */
  addedEver: number | null;
  told: number | null;
  duplicates: number;
  unsettled: { added: number; at: number } | null;
  /** Where it stood when it could last be read, for whoever goes on from it. */
  position: string | null;
  /** As last read, and as read before the last moment up to which all events are known to have been heard. */
  baseline: Baseline | null;
  sureBaseline: Baseline | null;
  /** As read the time before the last, when (ms, broker's clock), and how many jobs were heard to come in between. */
  olderBaseline: { baseline: Baseline; at: number; came: number } | null;
  /** Bull, since its counts were last read: how often it was heard to be paused, and jobs that were heard to come. */
  pauses: number;
  came: number;
  /** Jobs whose end was heard in the last seconds → when (ms, broker's clock). */
  ends: Map<string, number>;
  /** From when on (ms) they are remembered. */
  endsSince: number;
  /** Events of it were missed, and this is being made up for: its arrivals since are told with that. */
  hasGap: boolean;
  heldArrivals: number;
};

/** Watched queues by base. */
export type WatchedQueues = Map<string, Watched>;

export function newlyWatched(found: Found, now: number): Watched {
  return {
    ...found,
    key: toQueueKey(found.id),
    lives: new JobLives(found.kind),
    reading: null,
    readAt: 0,
    unread: null,
    serverId: null,
    reachedAt: null,
    movedAt: now,
    checkedAt: now,
    oldestActive: null,
    locksAt: 0,
    isSampled: false,
    lateAt: null,
    withoutLock: null,
    lockMs: null,
    addedEver: null,
    told: null,
    duplicates: 0,
    unsettled: null,
    position: null,
    baseline: null,
    sureBaseline: null,
    olderBaseline: null,
    pauses: 0,
    came: 0,
    ends: new Map(),
    endsSince: now,
    hasGap: false,
    heldArrivals: 0,
  };
}

/** Which run of which server holds a queue, short; `''` while that is not known. */
export function runOf({ serverId }: Pick<Watched, 'serverId'>): string {
  return (serverId ?? '').replace(/\W/g, '').slice(0, 8);
}

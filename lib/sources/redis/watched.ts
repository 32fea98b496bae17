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
  movedAt: number;
  checkedAt: number;
  /** When a job last ended here, and when the locks of active jobs were last looked at. */
  endedAt: number;
  locksAt: number;
  withoutLock: number | null;
  /** Bull: jobs ever added at the last reading, and adds that made no job since. */
  addedEver: number | null;
  duplicates: number;
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
    movedAt: now,
    checkedAt: now,
    endedAt: now,
    locksAt: 0,
    withoutLock: null,
    addedEver: null,
    duplicates: 0,
  };
}

import type { Redis } from '../../redis/connection';
import type { SourceReading } from '../source';
import { baseOf } from './keys';
import { countWithoutLock } from './lock-check';
import type { Watched, WatchedQueues } from './watched';

/** Locks are renewed every 15 s and last 30 s: a queue in which nothing ended for this long may have lost its workers. */
const LOCKS_AFTER_MS = 30_000;
const LOCKS_EVERY_MS = 10_000;
/** Queues whose locks are looked at in one look. */
const LOCKS_AT_ONCE = 20;

/** Looks for active jobs without a lock, only where none has ended for a while: elsewhere the workers show that they live. */
export async function checkLocks(redis: Redis, queues: WatchedQueues, now: number): Promise<void> {
  const due: Watched[] = [];
  for (const watched of queues.values()) {
    if (watched.unread !== null) continue;
    const active = watched.reading?.counts.active ?? 0;
    const isSuspect = active > 0 && now - watched.endedAt >= LOCKS_AFTER_MS;
    if (!isSuspect) watched.withoutLock = active === 0 ? 0 : null;
    else if (now - watched.locksAt >= LOCKS_EVERY_MS) due.push(watched);
  }
  due.sort((a, b) => a.locksAt - b.locksAt);
  await Promise.all(
    due.slice(0, LOCKS_AT_ONCE).map(async (watched) => {
      watched.locksAt = now;
      watched.withoutLock = await countWithoutLock(redis, watched.base);
    }),
  );
}

/** Notes in which queues jobs have ended. */
export function noteEnds(queues: WatchedQueues, events: SourceReading['events'], now: number): void {
  for (const { queue, events: list } of events) {
    if (!list.some(({ type }) => type === 'completed' || type === 'failed' || type === 'attempt-failed')) continue;
    const watched = queues.get(baseOf(queue));
    if (watched) watched.endedAt = now;
  }
}

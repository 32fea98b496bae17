import { backlogOf } from '../domain/backlog';
import type { Queue, Verdict } from '../domain/queue';
import { toldFigures } from './told-figures';
import type { WatchedQueue } from './watched-queue';

/** A watched queue in the shape of the API. `now`: ms, broker's clock. */
export function toQueue(
  { key, reading, recent, unread, stalls }: WatchedQueue,
  now: number,
  verdicts: Verdict[],
): Queue {
  const { id, kind, version, readOnlyReason, counts, isPaused, oldestWaitingMs, oldestWaitingIsAtLeast, workers, at } =
    reading;
  const { knownBy, oldest, stalledJobs, rabbit, untold } = reading;
  const lastMinute = toldFigures(recent.lastMinute(now), kind, untold);
  const [activeTrouble, recentStalls] = [stalls.trouble(), stalls.lastMinute(now)];
  return {
    id,
    key,
    kind,
    version,
    ...(knownBy && { knownBy }),
    readOnlyReason,
    counts,
    backlog: backlogOf(counts),
    isPaused,
    oldestWaitingMs,
    oldestWaitingIsAtLeast,
    ...(oldest === undefined ? {} : { oldest }),
    workers,
    ...(stalledJobs === undefined ? {} : { stalledJobs }),
    ...(activeTrouble && { activeTrouble }),
    ...(recentStalls && { recentStalls }),
    ...(rabbit && { rabbit }),
    lastMinute: unread === null ? lastMinute : { ...lastMinute, quality: 'late', reason: unread },
    verdicts,
    readAt: at,
  };
}

import type { Queue } from '../domain/queue';
import type { HiddenStarts } from './memory';

const MS_PER_MINUTE = 60_000;
/** `lastMinute` still counts what a worker started just before it died; some margin for events that come late. */
const WINDOW_MS = MS_PER_MINUTE + 10_000;

/** Follows `lastMinute.started` while jobs wait and no worker is connected by name; otherwise `null`. */
export function followStarts(starts: HiddenStarts | null, queue: Queue, now: number): HiddenStarts | null {
  if (queue.workers !== 0 || queue.backlog === 0) return null;
  const started = queue.lastMinute.started;
  if (starts === null || now < starts.since) return { since: now, count: started ?? 0, grewAt: null };
  if (started === null || started === starts.count) return starts;
  return { since: starts.since, count: started, grewAt: started > starts.count ? now : starts.grewAt };
}

/**
 * Whether jobs are being started although no worker shows by name (a proxy, or a broker that refuses CLIENT SETNAME):
 * then the count of workers proves nothing.
 */
export function areWorkersHidden(starts: HiddenStarts | null, now: number): boolean {
  if (starts === null) return false;
  if (starts.grewAt !== null && now - starts.grewAt < MS_PER_MINUTE) return true;
  return starts.count > 0 && now - starts.since > WINDOW_MS;
}

import type { Queue } from '../domain/queue';

/** Looks at which the number of workers had just changed count jobs of workers that are gone, or not yet listed. */
const SETTLED_AFTER_MS = 10_000;
const SETTLED_AFTER_LOSS_MS = 60_000;
/** What was not seen again for so long may be true no more. */
const FORGOTTEN_AFTER_MS = 15 * 60_000;

/**
 * How many jobs the workers run at once: concurrency is not in the broker, so it is the most that were active while
 * others waited. `perWorker` is `null` until that was seen. Times ms.
 */
export type Capacity = {
  readonly workers: number;
  readonly settledAt: number;
  readonly perWorker: number | null;
  readonly seenAt: number;
};

/** What this look adds. Returns the same object when nothing changes. */
export function followCapacity(before: Capacity | null, queue: Queue, now: number): Capacity | null {
  const workers = queue.workers ?? 1;
  const active = queue.counts.active;
  if (before === null) return { workers, settledAt: now + SETTLED_AFTER_MS, perWorker: null, seenAt: now };
  let next = before;
  if (workers !== before.workers)
    next = {
      ...next,
      workers,
      settledAt: now + (workers < before.workers ? SETTLED_AFTER_LOSS_MS : SETTLED_AFTER_MS),
    };
  if (workers === 0 || active === null || now < next.settledAt || (queue.backlog ?? 0) === 0) return next;
  const perWorker = active / workers;
  const isHigher = next.perWorker === null || perWorker > next.perWorker;
  const isOld = now - next.seenAt > FORGOTTEN_AFTER_MS;
  if (active > 0 && (isHigher || isOld)) return { ...next, perWorker, seenAt: now };
  return next.perWorker !== null && perWorker >= next.perWorker && now - next.seenAt > 10_000
    ? { ...next, seenAt: now }
    : next;
}

/** Jobs that all connected workers run at once; `null` until it was seen. */
export function slotsOf(capacity: Capacity | null): number | null {
  if (capacity === null || capacity.perWorker === null) return null;
  return capacity.perWorker * capacity.workers;
}

import type { QueueId } from '../domain/queue';
import { toQueueKey } from '../domain/queue-key';
import type { WatchedQueue } from './watched-queue';

/** What is not written of a queue that has gone is let go of after this (ms), where another collector writes it. */
const LEAVING_KEPT_MS = 5 * 60_000;

/** The queues of one source, and those that have gone and of which something is still to be written. */
export class SourceQueues {
  readonly here = new Map<string, WatchedQueue>();
  private readonly leaving = new Map<string, { queue: WatchedQueue; since: number }>();

  /** A queue that comes back goes on in the same slots. */
  add(queue: WatchedQueue): void {
    const before = this.leaving.get(queue.key)?.queue;
    this.leaving.delete(queue.key);
    this.here.set(queue.key, before ? { ...queue, figures: before.figures } : queue);
  }

  /** @returns whether it was known. `now`: ms */
  remove(queueKey: string, now: number): boolean {
    const queue = this.here.get(queueKey);
    if (!queue) return false;
    this.here.delete(queueKey);
    this.leaving.set(queueKey, { queue, since: now });
    for (const [key, { since }] of this.leaving) if (now - since > LEAVING_KEPT_MS) this.leaving.delete(key);
    return true;
  }

  find(id: QueueId): WatchedQueue | undefined {
    const key = toQueueKey(id);
    return this.here.get(key) ?? this.leaving.get(key)?.queue;
  }

  /** Queues that an event gap is about; `null` stands for all of Bull. */
  affected(id: QueueId | null): WatchedQueue[] {
    if (id === null) return [...this.here.values()].filter(({ reading }) => reading.kind === 'bull');
    const queue = this.find(id);
    return queue ? [queue] : [];
  }

  withLeaving(): WatchedQueue[] {
    return [...this.here.values(), ...this.gone()];
  }

  gone(): WatchedQueue[] {
    return [...this.leaving.values()].map(({ queue }) => queue);
  }

  /** All of these is written. */
  forget(gone: readonly WatchedQueue[]): void {
    for (const queue of gone) if (this.leaving.get(queue.key)?.queue === queue) this.leaving.delete(queue.key);
  }
}

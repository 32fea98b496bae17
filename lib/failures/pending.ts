import { UNGROUPED } from '../domain/failure';
import type { JobEvent } from '../sources/source';
import type { Fingerprint } from './fingerprint';
import type { GroupNews } from './group-record';

/** Failures that wait to be written, each standing for all of one moment, queue, name and kind. */
const MAX_PENDING = 20_000;
/** While another collector writes, what was heard is kept this long: it may have to be written here. */
const KEPT_MS = 60_000;

/** Failures that wait to be written: all of one moment, queue, name and group. `heardAt`: ms, broker's clock. */
export type Pending = GroupNews & { queueKey: string; group: string; kind: Fingerprint | null; heardAt: number };

/** Failures of one source that are not written yet. Pure but for its memory; times ms, broker's clock. */
export class PendingFailures {
  private pending = new Map<string, Pending>();
  /** Being written; later failures go to `pending` meanwhile. */
  private frozen = new Map<string, Pending>();
  private newestAt = 0;

  take(queueKey: string, events: readonly JobEvent[]): void {
    for (const event of events) {
      const { at, name = null } = event;
      if (event.type === 'failed' || event.type === 'attempt-failed') {
        const { jobId = null, group = null } = event.failure ?? {};
        const counts =
          event.type === 'attempt-failed' ? { failed: 0, attempts: event.count } : { failed: 1, attempts: 0 };
        this.add(queueKey, group, { at, name, ...counts, sample: jobId });
      }
      if ((event.type === 'completed' || event.type === 'failed') && event.retryOf !== undefined)
        this.addRetries(queueKey, event.retryOf, at, event.type === 'completed' ? [0, 1, 0] : [0, 0, 1]);
      if (event.type === 'retried' && event.retryOf !== undefined)
        this.addRetries(queueKey, event.retryOf, at, [event.count, 0, 0]);
    }
  }

  /** `kind: null`: what it was could not be told. */
  add(queueKey: string, kind: Fingerprint | null, news: GroupNews): void {
    this.enqueue(queueKey, kind?.fingerprint ?? UNGROUPED, kind, kind === null ? { ...news, sample: null } : news);
  }

  /** All of it, whether it is being written or not. */
  *all(): Iterable<Pending> {
    yield* this.frozen.values();
    yield* this.pending.values();
  }

  /** What is being written. */
  beingWritten(): Iterable<Pending> {
    return this.frozen.values();
  }

  size(): number {
    return this.pending.size + this.frozen.size;
  }

  /** From here on what `canBeWritten` is being written; the rest waits for the next time. */
  freeze(canBeWritten: (entry: Pending) => boolean): void {
    const later = new Map<string, Pending>();
    for (const [key, entry] of this.pending) merge(canBeWritten(entry) ? this.frozen : later, key, entry);
    this.pending = later;
  }

  /** What was being written is. */
  settle(): void {
    this.frozen = new Map();
  }

  /** Nothing is being written any more, and of what waits only that remains which is not stored by another. */
  takeBack(isStored: (entry: Pending) => boolean): void {
    for (const [key, entry] of this.frozen) merge(this.pending, key, entry);
    this.frozen = new Map();
    for (const [key, entry] of this.pending) if (isStored(entry)) this.pending.delete(key);
  }

  /** Lets go of what a writer will have written by now; call where this collector does not write. */
  forgetOld(now: number): void {
    for (const [key, { heardAt }] of this.pending) if (now - heardAt > KEPT_MS) this.pending.delete(key);
  }

  private addRetries(queueKey: string, group: string, at: number, retries: GroupNews['retries']): void {
    const news = { at, name: null, failed: 0, attempts: 0, sample: null };
    this.enqueue(queueKey, group, null, { ...news, ...(retries ? { retries } : {}) });
  }

  private enqueue(queueKey: string, group: string, kind: Fingerprint | null, news: GroupNews): void {
    this.newestAt = Math.max(this.newestAt, news.at);
    const isFull = this.size() >= MAX_PENDING;
    // What is too much to be kept apart is still counted.
    const entry: Pending = isFull
      ? {
          ...news,
          name: null,
          at: news.at - (news.at % 60_000),
          sample: null,
          queueKey,
          group: UNGROUPED,
          kind: null,
          heardAt: this.newestAt,
        }
      : { ...news, queueKey, group, kind, heardAt: this.newestAt };
    merge(this.pending, [entry.at, queueKey, entry.group, entry.name].join('\u0000'), entry);
  }
}

/** Adds to what waits under the same key. */
function merge(into: Map<string, Pending>, key: string, entry: Pending): void {
  const before = into.get(key);
  if (!before) {
    into.set(key, entry);
    return;
  }
  const [a, b] = [before.retries ?? [0, 0, 0], entry.retries ?? [0, 0, 0]];
  into.set(key, {
    ...before,
    kind: before.kind ?? entry.kind,
    failed: before.failed + entry.failed,
    attempts: before.attempts + entry.attempts,
    sample: entry.sample ?? before.sample,
    retries: [a[0] + b[0], a[1] + b[1], a[2] + b[2]],
  });
}

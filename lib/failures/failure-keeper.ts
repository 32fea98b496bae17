import type { Redis } from '../redis/connection';
import type { JobEvent } from '../sources/source';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';
import { FailedScanner, type FailedSource, type ScannedQueue } from './failed-scanner';
import { FailureBook } from './failure-book';

/** Time that going through failed jobs may take between two looks. */
const SCAN_BUDGET_MS = 900;

/**
 * The failures of one source: what comes in by events, and what lies in its queues already. A round of writing is
 * `prepare`, `begin` in the moment to which the cursors belong, `commands` of each queue in the step that stores its
 * cursor, `settle`.
 */
export class FailureKeeper {
  private readonly book: FailureBook;
  private readonly scanner: FailedScanner;

  constructor(
    private readonly store: Redis,
    private readonly source: string,
    read: FailedSource,
  ) {
    this.book = new FailureBook(store, source);
    this.scanner = new FailedScanner(store, source, read, this.book);
  }

  take(queueKey: string, events: readonly JobEvent[]): void {
    this.book.take(queueKey, events);
  }

  /**
   * This collector writes from now on: what its predecessor stored is there already. `isReread`: all that was heard of a
   * queue since will be heard again.
   */
  async takeOver(isReread: (queueKey: string) => boolean): Promise<void> {
    const [cursors, at] = await Promise.all([
      this.store.hgetall(keys.cursors(this.source)),
      this.store.get(keys.failuresAt(this.source)),
    ]);
    this.book.takeOver((queueKey) =>
      isReread(queueKey) ? Infinity : Number.parseInt(cursors[queueKey] ?? at ?? '0', 10),
    );
    this.scanner.takeOver();
  }

  /** Where this collector does not write. */
  forgetOld(now: number): void {
    this.book.forgetOld(now);
  }

  /** Goes on with the failed jobs that lie in the queues, in the background. */
  scan(queues: readonly ScannedQueue[], now: number): void {
    void this.scanner.step(queues, now, SCAN_BUDGET_MS);
  }

  async prepare(now: number): Promise<void> {
    await this.book.prepare(now);
  }

  /** In one go with taking the cursors. */
  begin(now: number): void {
    this.book.begin(now);
    this.scanner.freeze();
  }

  commands(queueKey: string): Command[] {
    return [...this.book.commands(queueKey), ...this.scanner.commands(queueKey)];
  }

  /** What belongs to no queue, or to queues that are gone. */
  tail(now: number, gone: readonly string[]): Command[] {
    return [...this.book.tail(now), ...this.scanner.forget(gone)];
  }

  settle(now: number): void {
    this.book.settle(now);
    this.scanner.settle();
  }
}

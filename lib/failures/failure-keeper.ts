import type { Redis } from '../redis/connection';
import type { JobEvent } from '../sources/source';
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

  constructor(store: Redis, source: string, read: FailedSource) {
    this.book = new FailureBook(store, source);
    this.scanner = new FailedScanner(store, source, read, this.book);
  }

  /** Notes whose failures are heard here, whoever writes. */
  hear(queueKey: string, events: readonly JobEvent[]): void {
    this.book.hear(queueKey, events);
  }

  /** Takes in what is to be written. */
  take(queueKey: string, events: readonly JobEvent[]): void {
    this.book.waiting.take(queueKey, events);
  }

  /** This collector writes from now on. `storedUntil`: what waits here of a queue, and until when (ms) it is stored. */
  takeOver(storedUntil: (queueKey: string) => number): void {
    this.book.takeOver(storedUntil);
    this.scanner.takeOver();
  }

  /** Where this collector does not write. */
  forgetOld(now: number): void {
    this.book.waiting.forgetOld(now);
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
  tail(gone: readonly string[]): Command[] {
    return [...this.book.tail(), ...this.scanner.forget(gone)];
  }

  settle(now: number): void {
    this.book.settle(now);
    this.scanner.settle();
  }
}

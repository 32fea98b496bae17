import { toQueueKey } from '../domain/queue-key';
import type { SourceReading } from '../sources/source';

/** Looks that are kept while the store does not answer: about five minutes. */
const MAX_PENDING = 300;

/** Readings that wait while the store that holds their slots does not answer: their events are said only once. */
export class PendingReadings {
  private readonly readings: SourceReading[] = [];

  add(reading: SourceReading): void {
    this.readings.push(reading);
    if (this.readings.length <= MAX_PENDING) return;
    const lost = this.readings.shift() as SourceReading;
    const gaps = lost.events.flatMap(({ queue, events }) => {
      const [first, last] = [events[0], events.at(-1)];
      const reason = 'The store did not answer for too long to keep these events.';
      return first && last ? [{ queue, from: first.at, to: last.at, reason }] : [];
    });
    const next = this.readings[0] as SourceReading;
    this.readings[0] = { ...next, gaps: [...lost.gaps, ...gaps, ...next.gaps] };
  }

  /** What these readings say of a queue will be read again. */
  forget(queueKey: string): void {
    for (const [index, reading] of this.readings.entries()) {
      const events = reading.events.filter(({ queue }) => toQueueKey(queue) !== queueKey);
      this.readings[index] = { ...reading, events };
    }
  }

  /** Hands over one after the other, oldest first; one that cannot be taken stays. */
  async drain(take: (reading: SourceReading) => Promise<void>): Promise<void> {
    for (let reading = this.readings[0]; reading; reading = this.readings[0]) {
      await take(reading);
      this.readings.shift();
    }
  }
}

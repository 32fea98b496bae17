import type { EventCursors, EventGap, SourceReading } from '../sources/source';
import { toQueueKey } from '../domain/queue-key';

/** Looks that are held: about five minutes. */
const MAX_READINGS = 300;
/** Events that are held, of all queues of a source: some tens of megabytes. */
const MAX_EVENTS = 400_000;
/** Readings tell of what happened up to this long before them (ms). */
const LATE_MS = 10_000;
const LOST = 'The store did not answer for too long to keep these events.';

/** A reading, and where reading of events stands with it. */
export type HeldReading = { reading: SourceReading; cursors: EventCursors };

/**
 * Readings that are not in the figures yet: of a standby, since it does not know whether the one that writes has them; of
 * the writer, while the store that holds what they are added to does not answer. Their events are said only once.
 */
export class HeldReadings {
  private held: HeldReading[] = [];
  private events = 0;

  add(one: HeldReading): void {
    this.held.push(one);
    this.events += eventsIn(one);
    while (this.held.length > MAX_READINGS || (this.events > MAX_EVENTS && this.held.length > 1)) this.giveUpOldest();
  }

  /** Another collector has stored what happened up to `at` (ms, broker's clock). */
  forgetUntil(at: number): void {
    while (this.held[0] && this.held[0].reading.at < at - LATE_MS)
      this.events -= eventsIn(this.held.shift() as HeldReading);
  }

  /** Replaces each by what is to be kept of it. `rewound`: positions of what will be read again. */
  change(keep: (reading: SourceReading) => SourceReading, rewound: EventCursors): void {
    this.held = this.held.map(({ reading, cursors }) => ({
      reading: keep(reading),
      cursors: { ...cursors, ...rewound },
    }));
    this.events = this.held.reduce((sum, one) => sum + eventsIn(one), 0);
  }

  /** Marks that go with what is held. */
  addGaps(gaps: readonly EventGap[]): void {
    const first = this.held[0];
    if (first) first.reading = { ...first.reading, gaps: [...gaps, ...first.reading.gaps] };
  }

  /** Says whether events of this queue are held of the time between (ms). */
  hasEvents(queueKey: string, from: number, to: number): boolean {
    const isMeant = ({ at }: { at: number }) => at >= from && at <= to;
    return this.held.some(({ reading }) =>
      reading.events.some(({ queue, events }) => toQueueKey(queue) === queueKey && events.some(isMeant)),
    );
  }

  /** Hands over one after the other, oldest first, until `take` answers `false`; one that is not taken stays. */
  async drain(take: (one: HeldReading) => Promise<boolean>): Promise<void> {
    for (let one = this.held[0]; one; one = this.held[0]) {
      if (!(await take(one))) return;
      if (this.held[0] !== one) return;
      this.held.shift();
      this.events -= eventsIn(one);
    }
  }

  private giveUpOldest(): void {
    const { reading: lost } = this.held.shift() as HeldReading;
    this.events -= lost.events.reduce((sum, { events }) => sum + events.length, 0);
    const gaps = lost.events.flatMap(({ queue, events }) => {
      const [first, last] = [events[0], events.at(-1)];
      return first && last ? [{ queue, from: first.at, to: last.at, reason: LOST }] : [];
    });
    const next = this.held[0];
    if (next) next.reading = { ...next.reading, gaps: [...lost.gaps, ...gaps, ...next.reading.gaps] };
  }
}

function eventsIn({ reading }: HeldReading): number {
  return reading.events.reduce((sum, { events }) => sum + events.length, 0);
}

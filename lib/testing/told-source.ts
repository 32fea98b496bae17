import type { JobEvent, QueueReading, SourceReading, SourceWatch } from '../sources/source';
import { toQueueKey } from '../domain/queue-key';
import { positionText, readPosition, WHOLE_SOURCE } from '../sources/position';

/** One thing that happens to a queue's jobs, at a time of the true clock (ms); the stream's have ids. */
type Happening = { at: number; seq: number; type: 'added' | 'completed' | 'failed' };

/** A broker of two queues, without the broker: what happens in them is said to all who listen, and kept in one of them. */
export class ToldBroker {
  readonly stream: Happening[] = [];
  readonly said: Happening[] = [];
  /** Ever added to the queue that is only heard. */
  added = 0;
  /** What somebody called a moment (ms) → the number of the last that was said before it, and the true time. */
  readonly marks = new Map<number, { seq: number; at: number }>();
  private seq = 0;

  happens(queue: 'stream' | 'heard', type: Happening['type'], at: number): void {
    this.seq += 1;
    if (queue === 'heard' && type === 'added') this.added += 1;
    this[queue === 'stream' ? 'stream' : 'said'].push({ at, seq: this.seq, type });
  }
}

const idOf = (kind: 'stream' | 'heard') => ({ source: 'test', namespace: 'bull', name: kind });
export const STREAM_KEY = toQueueKey(idOf('stream'));
export const HEARD_KEY = toQueueKey(idOf('heard'));

/** Somebody who watches it, with a clock that is off. `now`: the true time (ms). */
export class ToldWatch implements SourceWatch {
  readonly name = 'test';
  readonly kind = 'redis' as const;
  readonly address = 'nowhere';
  private read = 0;
  private heard: number;
  private toldAdded: number | null = null;
  private position: Record<string, string> = {};
  private resumed: Record<string, string> = {};
  private openSince: number | null = null;
  /** Number of what was said → when it was heard here; rising. */
  private readonly times = new Map<number, number>();
  private lastTime = -Infinity;
  private readonly since: number;
  private readonly missedUntil: number;

  constructor(
    private readonly broker: ToldBroker,
    private readonly now: () => number,
    private readonly offMs: number,
    private readonly knowsOthers: boolean,
  ) {
    this.heard = broker.said.length;
    this.since = now();
    this.missedUntil = broker.said.at(-1)?.seq ?? 0;
  }

  resumeFrom(cursors: Record<string, string>): void {
    this.resumed = cursors;
  }

  cursors(): Record<string, string> {
    return this.position;
  }

  rewind(queueKey: string, cursor: string): void {
    const position = readPosition(cursor);
    if (!position) return;
    if (queueKey === HEARD_KEY) {
      this.openSince = position.ms;
      this.toldAdded = position.told ?? null;
    } else this.read = this.indexAfter(position.at);
  }

  heardAs(queueKey: string, ms: number): number | null {
    const mark = this.broker.marks.get(ms);
    if (!this.knowsOthers || queueKey !== HEARD_KEY || !mark || mark.at < this.since) return null;
    for (const one of this.broker.said) this.hear(one);
    const heard = [...this.times];
    const before = heard.filter(([seq]) => seq <= mark.seq).map(([, at]) => at);
    const after = heard.filter(([seq]) => seq > mark.seq).map(([, at]) => at - 0.5);
    return Math.min(Math.max(mark.at + this.offMs, ...before), ...after);
  }

  look(): Promise<SourceReading> {
    const at = this.now() + this.offMs;
    for (const [key, cursor] of Object.entries(this.resumed)) {
      if (key === STREAM_KEY) this.read = this.indexAfter(readPosition(cursor)?.at ?? '');
      else if (key === HEARD_KEY) this.rewind(key, cursor);
    }
    this.resumed = {};
    const streamed = this.broker.stream.slice(this.read);
    this.read = this.broker.stream.length;
    const said = this.broker.said.slice(this.heard);
    for (const one of said) this.hear(one);
    this.heard = this.broker.said.length;
    const { added } = this.broker;
    const gaps = [];
    if (this.openSince !== null) gaps.push({ queue: idOf('heard'), from: this.openSince, to: at, reason: 'away' });
    this.openSince = null;
    const arrived = this.toldAdded === null ? 0 : added - this.toldAdded;
    this.toldAdded = added;
    const arrivals: JobEvent[] = arrived > 0 ? [{ at, type: 'arrived', count: arrived, upTo: added }] : [];
    const last = this.broker.stream.at(-1);
    let ms = Math.floor(at);
    while (this.broker.marks.has(ms)) ms += 1;
    this.broker.marks.set(ms, { seq: this.broker.said.at(-1)?.seq ?? 0, at: this.now() });
    const baseline = { added, unfinished: 0, completed: 0, failed: 0, run: 'r' };
    this.position = {
      [STREAM_KEY]: last ? `${last.at}-${last.seq}` : '0-0',
      [HEARD_KEY]: positionText({ at: String(ms), baseline }),
      [WHOLE_SOURCE]: String(ms),
    };
    return Promise.resolve({
      at,
      readings: [this.readingOf('stream', at), this.readingOf('heard', at)],
      removed: [],
      events: [
        { queue: idOf('stream'), events: streamed.map((one) => eventOf(one, one.at)) },
        {
          queue: idOf('heard'),
          events: [
            ...said.flatMap((one) => (one.type === 'added' ? [] : [eventOf(one, this.times.get(one.seq) ?? at)])),
            ...arrivals,
          ],
        },
      ],
      gaps,
      facts: {
        version: null,
        usedMemoryBytes: null,
        maxMemoryBytes: null,
        evictionPolicy: null,
        connectedClients: null,
        readMs: null,
        scan: { progress: null, lastCompletedAt: null, keys: null },
        ownCost: { commandsPerSecond: null, cpuPercent: null },
      },
    });
  }

  failedJobs(): Promise<null> {
    return Promise.resolve(null);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private hear({ at, seq }: Happening): void {
    if (this.times.has(seq) || seq <= this.missedUntil) return;
    // Two listeners hear the same at different times.
    this.lastTime = Math.max(this.lastTime + 1, at + this.offMs + ((seq * 7919) % 40));
    this.times.set(seq, this.lastTime);
  }

  private indexAfter(id: string): number {
    const seq = Number(id.split('-')[1] ?? 0);
    const index = this.broker.stream.findIndex((one) => one.seq > seq);
    return index === -1 ? this.broker.stream.length : index;
  }

  private readingOf(kind: 'stream' | 'heard', at: number): QueueReading {
    const counts = {
      waiting: 1,
      active: 0,
      delayed: 0,
      prioritized: null,
      waitingChildren: null,
      paused: 0,
      completed: 0,
      failed: 0,
    };
    return {
      id: idOf(kind),
      kind: kind === 'stream' ? 'bullmq' : 'bull',
      version: null,
      readOnlyReason: null,
      at,
      counts,
      isPaused: false,
      oldestWaitingMs: null,
      oldestWaitingIsAtLeast: false,
      workers: 1,
    };
  }
}

function eventOf({ type }: Happening, at: number): JobEvent {
  return type === 'added' ? { at, type: 'arrived', count: 1 } : { at, type, runMs: 5 };
}

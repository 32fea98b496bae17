import type { Redis } from 'ioredis';
import type { RawEvent } from './job-lives';

/** Messages kept between two looks; beyond it they are dropped and the interval is a gap. */
const MAX_BUFFERED = 200_000;

const WITH_ID = /^(.*):(waiting|active|stalled|duplicated|debounced)@[^@]*$/s;
const WITH_PAYLOAD = /^(.*):(completed|failed)$/s;

/** A message of Bull's channels, by queue base. `duplicated`: an add that made no job. */
export type BullMessage = { base: string; raw: RawEvent | null; isDuplicate: boolean };

/**
 * Reads one Pub/Sub message of Bull 4; `null` for those that say nothing about a job's state.
 * Channels are `<base>:waiting@<token>` with the job id as text, and `<base>:completed|failed` with JSON.
 */
export function readBullMessage(channel: string, payload: string, at: number): BullMessage | null {
  const withId = WITH_ID.exec(channel);
  if (withId) {
    const [, base = '', type] = withId;
    if (type === 'duplicated' || type === 'debounced') return { base, raw: null, isDuplicate: true };
    return { base, raw: { at, jobId: payload, type: type as RawEvent['type'] }, isDuplicate: false };
  }
  const withPayload = WITH_PAYLOAD.exec(channel);
  if (!withPayload) return null;
  const [, base = '', type] = withPayload;
  const jobId = jobIdOf(payload);
  return jobId === null ? null : { base, raw: { at, jobId, type: type as RawEvent['type'] }, isDuplicate: false };
}

/** The id stands first in Bull's message; the value after it may be megabytes that need no parsing. */
function jobIdOf(payload: string): string | null {
  const quick = /^\{"jobId":"((?:[^"\\]|\\.)*)"/.exec(payload)?.[1];
  if (quick !== undefined && !quick.includes('\\')) return quick;
  try {
    const { jobId } = JSON.parse(payload) as { jobId?: unknown };
    return typeof jobId === 'string' || typeof jobId === 'number' ? String(jobId) : null;
  } catch {
    return null;
  }
}

/**
 * One pattern subscription per key prefix hears all Bull queues of a Redis server. Pub/Sub keeps nothing: what is
 * said while the connection is down is lost, and `drain` reports that time as a gap.
 */
export class BullEvents {
  private buffer: BullMessage[] = [];
  private readonly prefixes = new Set<string>();
  private lostSince: number | null = null;
  private gaps: { from: number; to: number; reason: string }[] = [];
  /** broker's clock − ours, ms. */
  private clockOffset = 0;

  constructor(private readonly subscriber: Redis) {
    subscriber.on('pmessage', (_pattern: string, channel: string, payload: string) => this.receive(channel, payload));
    subscriber.on('close', () => {
      this.lostSince ??= this.now();
    });
    subscriber.on('ready', () => {
      for (const prefix of this.prefixes) void this.subscribe(prefix);
    });
  }

  /** Listens to one more prefix. Wildcards in it are taken literally. */
  async listen(prefix: string): Promise<void> {
    if (this.prefixes.has(prefix)) return;
    this.prefixes.add(prefix);
    if (this.subscriber.status === 'ready') await this.subscribe(prefix);
  }

  setClockOffset(ms: number): void {
    this.clockOffset = ms;
  }

  drain(): { messages: BullMessage[]; gaps: { from: number; to: number; reason: string }[] } {
    const drained = { messages: this.buffer, gaps: this.gaps };
    this.buffer = [];
    this.gaps = [];
    return drained;
  }

  private async subscribe(prefix: string): Promise<void> {
    try {
      await this.subscriber.psubscribe(`${prefix.replace(/[*?[\]\\]/g, '\\$&')}:*`);
      if (this.lostSince !== null) {
        this.gaps.push({ from: this.lostSince, to: this.now(), reason: 'The connection that hears Bull’s events was lost.' });
        this.lostSince = null;
      }
    } catch {
      // The connection broke again; 'ready' comes back.
    }
  }

  private receive(channel: string, payload: string): void {
    const at = this.now();
    const message = readBullMessage(channel, payload, at);
    if (message === null) return;
    if (this.buffer.length >= MAX_BUFFERED) {
      this.gaps.push({ from: this.buffer[0]?.raw?.at ?? at, to: at, reason: 'More events than could be taken in.' });
      this.buffer = [];
    }
    this.buffer.push(message);
  }

  private now(): number {
    return Date.now() + this.clockOffset;
  }
}

import type { Subscriber } from '../../redis/connection';
import { messageOf } from '../../domain/errors';
import { REASON_CHARS } from '../../failures/title';
import { cutReason } from './failure-kinds';
import type { RawEvent } from './job-lives';

/** Messages kept between two looks; beyond it they are dropped and the interval is a gap. */
const MAX_BUFFERED = 200_000;
/** A connection that does not answer for so long hears nothing either, and is made anew. */
const DEAF_AFTER_MS = 2_000;
/** A look does not wait longer to be sure that all has been heard. */
const PING_PATIENCE_MS = 300;
/** How long a look waits for a subscription to be confirmed. */
const SUBSCRIBE_PATIENCE_MS = 1_000;

const WITH_ID = /^(.*):(waiting|active|stalled|duplicated|debounced)@[^@]*$/s;
const WITH_PAYLOAD = /^(.*):(completed|failed)$/s;
/** A job's id and what is around it in a message, and so much of the message of its failure, escaped. */
const MAX_ID_CHARS = 4_096;
const ESCAPED_CHARS = 6 * REASON_CHARS;
const DELAYED = /^(.*):delayed$/s;
/** What Bull's script says when a job stalled too often: it publishes no `stalled` for it. */
const STALLED_OUT = '"val": "job stalled more than maxStalledCount"}';

/**
 * What one message of Bull says of the queue under `base`. `duplicate`: an add that made no job. `delayed`: some job
 * has (or had) this score in the `delayed` set; which one is not said. `put-off`: some job was put off until `until`
 * (ms, as text), most likely by its add.
 */
export type BullMessage = { base: string; at: number } & (
  | { type: 'event'; raw: RawEvent }
  | { type: 'duplicate' }
  | { type: 'delayed'; score: string }
  | { type: 'put-off'; until: string }
);

/**
 * Reads one Pub/Sub message of Bull 4; `null` for those that say nothing about a job's state.
 * Channels are `<base>:waiting@<token>` with the job id as text, and `<base>:completed|failed` with JSON.
 */
export function readBullMessage(channel: string, payload: string, at: number): BullMessage | null {
  const withId = WITH_ID.exec(channel);
  if (withId) {
    const [, base = '', type] = withId;
    if (type === 'duplicated' || type === 'debounced') return { base, at, type: 'duplicate' };
    return { base, at, type: 'event', raw: { at, jobId: payload, type: type as RawEvent['type'] } };
  }
  const withPayload = WITH_PAYLOAD.exec(channel);
  if (withPayload) {
    const [, base = '', type] = withPayload;
    const jobId = jobIdOf(payload);
    if (jobId === null) return null;
    const isStalledOut = type === 'failed' && payload.endsWith(STALLED_OUT);
    return {
      base,
      at,
      type: 'event',
      raw: {
        at,
        jobId,
        type: isStalledOut ? 'stalled-out' : (type as RawEvent['type']),
        ...(type === 'failed' && !isStalledOut ? reasonOf(payload) : {}),
      },
    };
  }
  const base = DELAYED.exec(channel)?.[1];
  if (base === undefined || !/^\d{1,16}(\.\d+)?$/.test(payload)) return null;
  const score = delayedScore(payload);
  return score === null ? { base, at, type: 'put-off', until: payload } : { base, at, type: 'delayed', score };
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

const VALUE = /"val": ?"/;

/** The message stands last: `{"jobId":"1","val":"…"}`. Only its beginning is unescaped. */
function reasonOf(payload: string): { reason: string } | object {
  const start = VALUE.exec(payload.slice(0, MAX_ID_CHARS));
  if (!start) return {};
  const from = start.index + start[0].length;
  const isWhole = payload.length - from <= ESCAPED_CHARS;
  // A cut must not go through an escape: those are at most six characters long.
  const text = isWhole
    ? payload.slice(from, payload.lastIndexOf('"'))
    : withoutOpenEscape(payload.slice(from, from + ESCAPED_CHARS));
  try {
    return { reason: cutReason(JSON.parse(`"${text}"`) as string) };
  } catch {
    return {};
  }
}

function withoutOpenEscape(text: string): string {
  const at = text.lastIndexOf('\\');
  if (at < text.length - 6) return text;
  let first = at;
  while (first > 0 && text[first - 1] === '\\') first -= 1;
  // An even number of backslashes are escaped ones, of which none is left open.
  return (at - first) % 2 === 1 ? text : text.slice(0, at);
}

/**
 * Bull publishes a retry's score in `delayed`, divided by 4096, with all its digits. A whole number comes from an add
 * (or from one retry in 4096) and identifies nothing.
 */
function delayedScore(payload: string): string | null {
  const value = Number(payload);
  return Number.isInteger(value) ? null : String(value * 0x1000);
}

/** `isOver`: what was missed in it may be made up for now. */
type Gap = { from: number; to: number; reason: string; isOver: boolean };

/**
 * One pattern subscription per key prefix hears all Bull queues of a Redis server. Pub/Sub keeps nothing: what is
 * said while the connection is down is lost, and `drain` reports that time as a gap.
 */
export class BullEvents {
  private buffer: BullMessage[] = [];
  private readonly prefixes = new Set<string>();
  private lostSince: number | null = null;
  /** Until when the connection is known to have heard everything; the question that would tell is under way since. */
  private aliveAt: number | null = null;
  private askedAt: number | null = null;
  private refusal: string | null = null;
  private gaps: Gap[] = [];
  /** Called at once for every job that comes to wait. */
  onWaiting: (base: string, jobId: string) => void = () => undefined;
  /** broker's clock − ours, ms. */
  private clockOffset = 0;

  constructor(private readonly subscriber: Subscriber) {
    subscriber.on('pmessage', (_pattern: string, channel: string, payload: string) => this.receive(channel, payload));
    subscriber.on('close', () => {
      // It may have been deaf for a while before that was noticed.
      this.lostSince ??= Math.min(this.now(), this.aliveAt ?? Infinity);
      this.askedAt = null;
    });
    subscriber.on('ready', () => {
      for (const prefix of this.prefixes) void this.subscribe(prefix);
    });
  }

  /** Listens to one more prefix. Wildcards in it are taken literally. */
  async listen(prefix: string): Promise<void> {
    if (this.prefixes.has(prefix)) return;
    this.prefixes.add(prefix);
    if (this.subscriber.status !== 'ready') return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, SUBSCRIBE_PATIENCE_MS)));
    await Promise.race([this.subscribe(prefix), patience]);
    clearTimeout(timer);
  }

  /** A server that hangs, or that is no longer the master, closes no connection: asks, and begins anew without an answer. */
  checkAlive(): void {
    if (this.subscriber.status !== 'ready') return;
    const now = performance.now();
    if (this.askedAt !== null) {
      if (now - this.askedAt > DEAF_AFTER_MS) this.subscriber.disconnect(true);
      return;
    }
    const sentAt = this.now();
    const settle = (isAlive: boolean) => {
      if (this.askedAt !== now) return;
      this.askedAt = null;
      if (isAlive) this.aliveAt = Math.max(this.aliveAt ?? 0, sentAt);
    };
    this.askedAt = now;
    this.subscriber.ping().then(
      () => settle(true),
      // A refusal is an answer, too.
      (error: unknown) => settle(/^[A-Z]+ /.test(messageOf(error))),
    );
  }

  /**
   * Waits until all that was said up to now has been heard, and answers up to when that holds (ms, broker's clock);
   * `null` when nothing is heard.
   */
  async heardUntil(): Promise<number | null> {
    if (this.subscriber.status !== 'ready' || this.lostSince !== null) return null;
    const at = this.now();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), PING_PATIENCE_MS)));
    const answer = await Promise.race([this.subscriber.ping().catch(() => false as const), patience]);
    clearTimeout(timer);
    if (answer === false || this.lostSince !== null) return null;
    this.aliveAt = Math.max(this.aliveAt ?? 0, at);
    return at;
  }

  /** `<base> <job id>` of the jobs whose end is said by messages that wait to be drained. */
  waitingEnds(): Set<string> {
    const ends = new Set<string>();
    for (const message of this.buffer)
      if (message.type === 'event' && isEnd(message.raw)) ends.add(`${message.base} ${message.raw.jobId}`);
    return ends;
  }

  setClockOffset(ms: number): void {
    this.clockOffset = ms;
  }

  hasGaps(): boolean {
    return this.gaps.length > 0;
  }

  drain(): { messages: BullMessage[]; gaps: Gap[] } {
    // Without the right to listen nothing is ever known of Bull's jobs: all the time is a gap.
    if (this.refusal !== null && this.lostSince !== null) {
      const now = this.now();
      this.gaps.push({
        from: this.lostSince,
        to: now,
        reason: `Redis does not let Tailback hear Bull’s events (${this.refusal}).`,
        isOver: false,
      });
      this.lostSince = now;
    }
    const drained = { messages: this.buffer, gaps: this.gaps };
    this.buffer = [];
    this.gaps = [];
    return drained;
  }

  private async subscribe(prefix: string): Promise<void> {
    try {
      await this.subscriber.psubscribe(`${prefix.replace(/[*?[\]\\]/g, '\\$&')}:*`);
      this.refusal = null;
      if (this.lostSince !== null) {
        this.gaps.push({
          from: this.lostSince,
          to: this.now(),
          reason: 'The connection that hears Bull’s events was lost.',
          isOver: true,
        });
        this.lostSince = null;
      }
    } catch (error) {
      // A broken connection comes back as 'ready'; a refusal stays.
      if (!/NOPERM/.test(messageOf(error))) return;
      this.refusal = messageOf(error);
      this.lostSince ??= this.now();
    }
  }

  private receive(channel: string, payload: string): void {
    const at = this.now();
    this.aliveAt = at;
    const message = readBullMessage(channel, payload, at);
    if (message === null) return;
    if (this.buffer.length >= MAX_BUFFERED) {
      this.gaps.push({
        from: this.buffer[0]?.at ?? at,
        to: at,
        reason: 'More events than could be taken in.',
        isOver: true,
      });
      this.buffer = [];
    }
    this.buffer.push(message);
    if (message.type === 'event' && message.raw.type === 'waiting') this.onWaiting(message.base, message.raw.jobId);
  }

  /** ms, by the broker’s clock as far as it is known. */
  now(): number {
    return Date.now() + this.clockOffset;
  }
}

/** Says whether a job has left the queue's work by this: for good, or to be retried by a person. */
export function isEnd({ type }: Pick<RawEvent, 'type'>): boolean {
  return type === 'completed' || type === 'failed' || type === 'stalled-out';
}

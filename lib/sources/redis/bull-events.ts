import type { Subscriber } from '../../redis/connection';
import { messageOf } from '../../domain/errors';
import type { Server } from '../../redis/servers';
import { BullMarks, MARK_CHANNEL, type Reached } from './bull-marks';
import { isEnd, readBullMessage, type BullMessage } from './bull-messages';

/** Messages kept between two looks; beyond it they are dropped and the interval is a gap. */
const MAX_BUFFERED = 200_000;
/** A connection that does not answer for so long hears nothing either, and is made anew. */
const DEAF_AFTER_MS = 2_000;
/** A look does not wait longer to be sure that all has been heard. */
const PING_PATIENCE_MS = 300;
/** A clock that goes back by more is believed. */
const CLOCK_BACK_MS = 2_000;
/** How long a look waits for a subscription to be confirmed. */
const SUBSCRIBE_PATIENCE_MS = 1_000;

/** `isOver`: what was missed in it may be made up for now. */
type Gap = { from: number; to: number; reason: string; isOver: boolean };

/**
 * One pattern subscription per key prefix hears all Bull queues of a Redis server. Pub/Sub keeps nothing: what is
 * said while the connection is down is lost, and `drain` reports that time as a gap.
 */
export class BullEvents {
  private buffer: { message: BullMessage; order: number }[] = [];
  private order = 0;
  private lastTick = 0;
  private readonly marks: BullMarks;
  /** By server: up to where the next look takes in what was heard; `null`: all of it. */
  private limits: Map<string, Reached> | null = null;
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
    this.marks = new BullMarks(subscriber);
    subscriber.on('message', (channel: string, payload: string) => {
      if (channel === MARK_CHANNEL) this.hearMark(payload);
    });
    subscriber.on('pmessage', (_pattern: string, channel: string, payload: string) => this.receive(channel, payload));
    subscriber.on('close', () => {
      // It may have been deaf for a while before that was noticed.
      this.lostSince ??= Math.min(this.now(), this.aliveAt ?? Infinity);
      this.askedAt = null;
    });
    subscriber.on('ready', () => {
      void this.marks.subscribe();
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
   * Waits until all that `servers` said up to now has been heard, and answers up to when that holds (ms, our idea of the
   * broker's clock) of each that it holds of. With `isLimit` the next `drain` hands over nothing that was said after that.
   */
  async hearAll(servers: readonly Server[], isLimit: boolean): Promise<Map<string, number>> {
    if (this.subscriber.status !== 'ready' || this.lostSince !== null) return new Map();
    const at = this.now();
    if (!this.marks.isUsable()) {
      if (isLimit) this.limits = null;
      if (!(await this.answers()) || this.lostSince !== null) return new Map();
      this.aliveAt = Math.max(this.aliveAt ?? 0, at);
      return new Map(servers.map(({ id }) => [id, at]));
    }
    await this.marks.say(servers, at);
    const reached = this.marks.allReached();
    if (isLimit) this.limits = reached;
    if (this.lostSince !== null) return new Map();
    return new Map(servers.flatMap(({ id }) => (reached.has(id) ? [[id, reached.get(id)?.ms ?? 0] as const] : [])));
  }

  /** When (ms) we heard what somebody else, or we, called `ms`, said through that server. */
  heardAt(serverId: string, ms: number): number | null {
    return this.marks.heardAt(serverId, ms);
  }

  /** Why it cannot be proven that all has been heard that came by way of other nodes. */
  unprovenBecause(): string | null {
    return this.marks.refusedBecause();
  }

  private async answers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), PING_PATIENCE_MS)));
    const answer = await Promise.race([this.subscriber.ping().catch(() => false as const), patience]);
    clearTimeout(timer);
    return answer !== false;
  }

  /** `<base> <job id>` of the jobs whose end is said by messages that wait to be drained. */
  waitingEnds(): Set<string> {
    const ends = new Set<string>();
    for (const { message } of this.buffer)
      if (message.type === 'event' && isEnd(message.raw)) ends.add(`${message.base} ${message.raw.jobId}`);
    return ends;
  }

  setClockOffset(ms: number): void {
    this.clockOffset = ms;
  }

  /** Nothing is heard now. */
  isDeaf(): boolean {
    return this.lostSince !== null;
  }

  hasGaps(): boolean {
    return this.gaps.length > 0;
  }

  /** What was heard since the last call. `serverOf`: the server that publishes what is said of a queue, `null` while none does. */
  drain(serverOf: (base: string) => string | null): { messages: BullMessage[]; gaps: Gap[] } {
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
    const { limits, gaps } = this;
    const servers = new Map<string, string>();
    const messages: BullMessage[] = [];
    const rest: typeof this.buffer = [];
    for (const one of this.buffer) {
      const { base } = one.message;
      if (!servers.has(base)) servers.set(base, serverOf(base) ?? '');
      const limit = limits === null ? Infinity : (limits.get(servers.get(base) ?? '')?.order ?? -1);
      if (one.order <= limit) messages.push(one.message);
      else rest.push(one);
    }
    this.buffer = rest;
    this.gaps = [];
    return { messages, gaps };
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
    const at = this.tick();
    this.aliveAt = at;
    const message = readBullMessage(channel, payload, at);
    if (message === null) return;
    if (this.buffer.length >= MAX_BUFFERED) {
      this.gaps.push({
        from: this.buffer[0]?.message.at ?? at,
        to: at,
        reason: 'More events than could be taken in.',
        isOver: true,
      });
      this.buffer = [];
    }
    this.buffer.push({ message, order: (this.order += 1) });
    if (message.type === 'event' && message.raw.type === 'waiting') this.onWaiting(message.base, message.raw.jobId);
  }

  private hearMark(payload: string): void {
    const at = this.tick();
    this.aliveAt = at;
    this.marks.hear(payload, { at, order: (this.order += 1) });
    // What follows is later, be it by a millisecond: time alone tells both sides apart.
    this.lastTick = at + 1;
  }

  /** The time of what is heard now: in the order of hearing, unless the clock goes back. */
  private tick(): number {
    const now = this.now();
    this.lastTick = now < this.lastTick && this.lastTick - now < CLOCK_BACK_MS ? this.lastTick : now;
    return this.lastTick;
  }

  /** ms, by the broker’s clock as far as it is known. */
  now(): number {
    return Date.now() + this.clockOffset;
  }
}

import { valuesOfEach } from '../../redis/cluster';
import type { Redis } from '../../redis/connection';
import type { QueueId } from '../../domain/queue';
import type { EventGap, JobEvent } from '../source';
import type { BullEvents } from './bull-events';
import { isEnd, type BullMessage } from './bull-messages';
import type { BullMqEvents, StreamNews } from './bullmq-events';
import { FailureKindReader } from './failure-kinds';
import type { JobFacts, NameFacts, RawEvent } from './job-lives';
import type { RawStall } from './hold-watch';
import { JobNames } from './job-names';
import { PutOffs } from './put-offs';
import type { Watched, WatchedQueues } from './watched';

/** Job hashes asked in one look to understand events. */
const MAX_QUESTIONS = 2_000;
/** Scores looked up in one look to learn which of Bull's jobs were put off. */
const MAX_LOOKUPS = 500;
/** Stalls told one by one in one look. */
const MAX_STALLS = 200;
/** Times of a stream that are further ahead of the broker's clock than this are none. */
const CLOCK_AHEAD_MS = 2_000;
/** Time that reading a backlog of events may take in one look. */
const CATCH_UP_MS = 400;
/** Messages of a queue that is not known yet are kept this long and this many, until it is found. */
const UNKNOWN_KEPT_MS = 10_000;
const MAX_UNKNOWN = 20_000;

/** `base: null`: of all Bull queues. ms, broker's clock. */
export type Missed = { base: string | null; from: number; to: number; reason: string };

/**
 * Takes in what both libraries say of jobs and turns it into figures. What was taken in stays until it is handed
 * over, so that a look that fails half way loses nothing.
 */
export class EventIntake {
  /** Not yet understood, by base. */
  private raw = new Map<string, RawEvent[]>();
  /** Understood and not yet handed over, by base. */
  private news = new Map<string, JobEvent[]>();
  private gaps: EventGap[] = [];
  /** Jobs found stalled, the first `MAX_STALLS`; who takes them removes them. */
  readonly stalls: RawStall[] = [];
  private missed: Missed[] = [];
  private unknown: { message: BullMessage; heardAt: number }[] = [];
  /** Bull: messages "delayed" not yet looked up. A score is published again and again while it is the next one due. */
  private delayed: { base: string; at: number; score: string }[] = [];
  private seenScores = new Set<string>();
  private putOffs = new PutOffs();
  private readonly names: JobNames;
  private readonly failures: FailureKindReader;

  constructor(
    private readonly redis: Redis,
    private readonly bull: BullEvents,
    private readonly bullMq: BullMqEvents,
    private readonly queues: WatchedQueues,
  ) {
    this.names = new JobNames(redis, queues);
    this.failures = new FailureKindReader(redis);
    bull.onWaiting = (base, jobId) => this.names.hear(base, jobId);
  }

  /** Takes Bull's messages since the last call. Returns the bases of queues that are not known yet. */
  hear(now: number, serverOf: (base: string) => string | null): Set<string> {
    const { messages, gaps } = this.bull.drain(serverOf);
    this.putOffs.nextLook();
    for (const { isOver, ...gap } of gaps) {
      if (isOver) this.missed.push({ base: null, ...gap });
      else this.gaps.push({ queue: null, ...gap });
    }
    if (gaps.length > 0)
      for (const watched of this.queues.values()) if (watched.kind === 'bull') watched.lives.forget();
    const bases = new Set<string>();
    for (const message of messages) {
      if (this.queues.has(message.base)) this.takeMessage(message, now);
      else {
        bases.add(message.base);
        if (this.unknown.length < MAX_UNKNOWN) this.unknown.push({ message, heardAt: now });
      }
    }
    return bases;
  }

  /** Takes what was heard of queues before they were found, and what the streams say. */
  async read(now: number): Promise<void> {
    const unknown = this.unknown;
    this.unknown = [];
    for (const entry of unknown) {
      if (this.queues.has(entry.message.base)) this.takeMessage(entry.message, now);
      else if (now - entry.heardAt < UNKNOWN_KEPT_MS) this.unknown.push(entry);
    }
    await this.bullMq.read(
      (news) => this.takeStream(news, now),
      performance.now() + CATCH_UP_MS,
      (base) => this.canBeRead(base),
    );
  }

  /** Turns what was taken in into figures, asking the jobs' hashes where the events alone do not tell. */
  async understand(): Promise<void> {
    await this.lookUpDelayed();
    const asked: { base: string; jobId: string }[] = [];
    const gaps: EventGap[] = [];
    // What was heard of a queue that cannot be read now is understood when it can be.
    const raw = new Map([...this.raw].filter(([base]) => this.canBeRead(base)));
    for (const [base, events] of raw) {
      const watched = this.queues.get(base);
      if (!watched) continue;
      const ids = watched.lives.questions(events);
      const room = MAX_QUESTIONS - asked.length;
      for (const jobId of ids.slice(0, room)) asked.push({ base, jobId });
      const [first, last] = [events[0], events.at(-1)];
      if (ids.length > room && first && last)
        gaps.push({ queue: watched.id, from: first.at, to: last.at, reason: 'More retries than could be looked up.' });
    }
    const [facts, names] = await Promise.all([this.askJobs(asked), this.names.read(raw)]);
    const kinds = await this.failures.read(raw, this.failedAttempts(facts));
    this.gaps.push(...gaps);
    for (const [base, events] of raw) {
      const lives = this.queues.get(base)?.lives;
      if (!lives) continue;
      for (const { type, jobId, at } of events)
        if ((type === 'stalled' || type === 'stalled-out') && this.stalls.length < MAX_STALLS)
          this.stalls.push({ base, jobId, at, takenAt: lives.runningSince(jobId) });
      const known = names.get(base) ?? new Map<string, NameFacts>();
      this.names.note(base, events, known);
      this.tell(base, lives.take(events, facts.get(base) ?? new Map<string, JobFacts>(), known, kinds.get(base)));
    }
    this.raw = new Map([...this.raw].filter(([base]) => this.queues.has(base) && !raw.has(base)));
  }

  private failedAttempts(facts: ReadonlyMap<string, ReadonlyMap<string, JobFacts>>): Map<string, number[]> {
    const attempts = new Map<string, number[]>();
    for (const [base, ofQueue] of facts) {
      const lives = this.queues.get(base)?.lives;
      if (lives) attempts.set(base, lives.failedAttempts(this.raw.get(base) ?? [], ofQueue));
    }
    return attempts;
  }

  tell(base: string, events: readonly JobEvent[]): void {
    append(this.news, base, events);
  }

  /** `count` jobs were added to a Bull queue, as its counter says, which was `upTo` then. */
  tellArrivals(base: string, at: number, count: number, upTo?: number | null): void {
    if (count <= 0) return;
    const events = this.names.arrivals(base, at, count);
    this.tell(base, upTo == null ? events : events.map((event) => ({ ...event, upTo })));
  }

  tellGap(gap: EventGap): void {
    this.gaps.push(gap);
  }

  /** Intervals in which events were missed, since the last call: to be made up for, or told as gaps. */
  takeMissed(): Missed[] {
    return this.missed.splice(0);
  }

  /** Nothing that is held of this queue's events is to be handed over: they will be read again. */
  forget(base: string): void {
    this.raw.delete(base);
    this.news.delete(base);
  }

  handOver(): { events: { queue: QueueId; events: JobEvent[] }[]; gaps: EventGap[] } {
    const events: { queue: QueueId; events: JobEvent[] }[] = [];
    for (const [base, list] of this.news) {
      const queue = this.queues.get(base)?.id;
      if (queue) events.push({ queue, events: list });
    }
    const gaps = this.gaps;
    this.news = new Map();
    this.gaps = [];
    return { events, gaps };
  }

  private canBeRead(base: string): boolean {
    return this.queues.get(base)?.unread === null;
  }

  private takeMessage(message: BullMessage, now: number): void {
    const watched = this.queues.get(message.base);
    // Pub/Sub is deaf to the database number: a BullMQ queue of that name has nothing to do with it.
    if (watched?.kind !== 'bull') return;
    watched.movedAt = now;
    if (message.type === 'duplicate') watched.duplicates += 1;
    else if (message.type === 'paused') watched.pauses += 1;
    else if (message.type === 'event') {
      append(this.raw, message.base, [message.raw]);
      if (message.raw.type === 'waiting') watched.came += 1;
      noteEnd(watched, message.raw);
    } else if (message.type === 'put-off') {
      watched.came += 1;
      if (this.putOffs.isNews(message.base, message.until))
        append(this.raw, message.base, [{ at: message.at, jobId: '', type: 'delayed', count: 1 }]);
    } else {
      const seen = `${message.base} ${message.score}`;
      if (this.seenScores.has(seen)) return;
      if (this.seenScores.size > 10_000) this.seenScores.clear();
      this.seenScores.add(seen);
      if (this.delayed.length < MAX_LOOKUPS)
        this.delayed.push({ base: message.base, at: message.at, score: message.score });
    }
  }

  private takeStream({ base, events, gap }: StreamNews, now: number): void {
    const watched = this.queues.get(base);
    if (!watched) return;
    if (gap) {
      const to = Math.min(gap.to, Math.max(gap.from, this.bull.now()));
      this.missed.push({ base, from: gap.from, to, reason: 'The event stream was trimmed before it could be read.' });
      watched.lives.forget();
    }
    if (events.length === 0) return;
    watched.movedAt = now;
    this.keepOutOfFuture(watched, events);
    for (const event of events) noteEnd(watched, event);
    append(this.raw, base, events);
  }

  /** When the broker's clock goes back, its streams go on with their last time until the clock has caught up. */
  private keepOutOfFuture({ id }: Watched, events: RawEvent[]): void {
    const at = this.bull.now();
    const ahead = events.filter((event) => event.at > at + CLOCK_AHEAD_MS);
    if (ahead.length === 0) return;
    for (const event of ahead) event.at = at;
    const reason = 'The broker’s clock went back: the times of events are those at which they were read.';
    this.gaps.push({ queue: id, from: at - CLOCK_AHEAD_MS, to: at, reason });
  }

  /** Bull does not say which job it put off after a failure; the score it publishes leads to it, while it waits there. */
  private async lookUpDelayed(): Promise<void> {
    const asked = this.delayed.filter(({ base }) => this.canBeRead(base));
    const replies = await valuesOfEach(
      this.redis,
      asked,
      ({ base }) => base,
      (pipeline, { base, score }) => pipeline.zrangebyscore(`${base}:delayed`, score, score, 'LIMIT', 0, 50),
    );
    for (const [index, { base, at }] of asked.entries())
      for (const jobId of (replies[index]?.[0] ?? []) as string[])
        insertByTime(this.raw, base, { at, jobId, type: 'delayed' });
    this.delayed = this.delayed.filter(({ base }) => this.queues.has(base) && !this.canBeRead(base));
  }

  private async askJobs(
    asked: readonly { base: string; jobId: string }[],
  ): Promise<Map<string, Map<string, JobFacts>>> {
    const facts = new Map<string, Map<string, JobFacts>>();
    if (asked.length === 0) return facts;
    const replies = await valuesOfEach(
      this.redis,
      asked,
      ({ base }) => base,
      (pipeline, { base, jobId }) => pipeline.hmget(`${base}:${jobId}`, 'attemptsMade', 'atm', 'processedOn'),
    );
    for (const [index, { base, jobId }] of asked.entries()) {
      const [attemptsMade, atm, processedOn] = (replies[index]?.[0] ?? []) as (string | null)[];
      // BullMQ's first majors wrote `attemptsMade`; where both stand, `atm` is the younger.
      const made = atm ?? attemptsMade;
      let ofQueue = facts.get(base);
      if (!ofQueue) facts.set(base, (ofQueue = new Map()));
      const exists = made != null || processedOn != null;
      ofQueue.set(jobId, {
        attemptsMade: made != null ? Number(made) : exists ? 0 : null,
        processedOn: processedOn == null ? null : Number(processedOn),
      });
    }
    return facts;
  }
}

/** Ends are remembered in order of time, so that the oldest go first. */
function noteEnd({ ends }: Watched, event: RawEvent): void {
  if (!isEnd(event)) return;
  ends.delete(event.jobId);
  ends.set(event.jobId, event.at);
}

function append<T>(lists: Map<string, T[]>, base: string, items: readonly T[]): void {
  const list = lists.get(base);
  if (!list) lists.set(base, [...items]);
  else for (const item of items) list.push(item);
}

/** Puts an event learned of afterwards before those that were heard later. */
function insertByTime(lists: Map<string, RawEvent[]>, base: string, event: RawEvent): void {
  const list = lists.get(base) ?? [];
  lists.set(base, list);
  const later = list.findIndex(({ at }) => at > event.at);
  list.splice(later === -1 ? list.length : later, 0, event);
}

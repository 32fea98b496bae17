import type { Redis } from 'ioredis';
import type { SourceConfig } from '../../config/config';
import { withoutPassword } from '../../config/load-config';
import type { Log } from '../../config/log';
import { AppError, messageOf } from '../../domain/errors';
import { toQueueKey } from '../../domain/queue-key';
import { connectRedis } from '../../redis/connect';
import type { BrokerFacts, EventCursors, EventGap, JobEvent, QueueReading, SourceReading, SourceWatch } from '../source';
import { BullEvents } from './bull-events';
import { BullMqEvents, type StreamNews } from './bullmq-events';
import { bullMqMajor, Discovery, READ_ONLY_SOURCE, whyNotWritable, type Found } from './discovery';
import { JobLives, type JobFacts, type RawEvent } from './job-lives';
import { OwnCost } from './own-cost';
import { readCounts, type RawReading } from './read-counts';
import { readWorkers, type Workers } from './worker-list';

/** Queues in which nothing moves are read this often; events wake them at once. */
const IDLE_READ_MS = 5_000;
/** A queue counts as moving this long after its last event or change. */
const HOT_MS = 10_000;
const WORKERS_EVERY_MS = 5_000;
/** CLIENT LIST is O(clients): with more than `MANY_CLIENTS` it is asked less often. */
const MANY_CLIENTS = 2_000;
const WORKERS_EVERY_MS_MANY = 30_000;
const FACTS_EVERY_MS = 5_000;
/** How often a queue is checked for having gone, or for being written by another version. */
const RECHECK_MS = 30_000;
/** Job hashes asked in one look to understand events. */
const MAX_QUESTIONS = 2_000;
/** Time that reading a backlog of events may take in one look. */
const CATCH_UP_MS = 400;
/** On the very first look the streams are read this far back, so that the last minute is known at once. */
const FIRST_LOOK_BACK_MS = 60_000;

type Watched = Found & {
  lives: JobLives;
  reading: QueueReading | null;
  readAt: number;
  movedAt: number;
  checkedAt: number;
  /** Bull: jobs ever added at the last reading, and adds that made no job since. */
  addedEver: number | null;
  duplicates: number;
};

/** Watches all Bull and BullMQ queues of one Redis database. */
export class RedisWatch implements SourceWatch {
  readonly name: string;
  readonly kind = 'redis' as const;
  readonly address: string;
  private readonly redis: Redis;
  private readonly subscriber: Redis;
  private readonly discovery: Discovery;
  private readonly bull: BullEvents;
  private readonly bullMq: BullMqEvents;
  private readonly cost = new OwnCost();
  private readonly queues = new Map<string, Watched>();
  private readonly database: number;
  private resumed: EventCursors = {};
  private lastError: string | null = null;
  private looks = 0;
  private workers: Workers | null = null;
  private workersAt = 0;
  /** Events not yet understood, and understood but not yet handed over. */
  private raw = new Map<string, RawEvent[]>();
  private news = new Map<string, JobEvent[]>();
  private gaps: EventGap[] = [];
  private facts: BrokerFacts = NO_FACTS;
  private factsAt = 0;

  constructor(config: SourceConfig, log: Log) {
    this.name = config.name;
    this.address = withoutPassword(config.url);
    this.redis = connectRedis(config.url, { name: 'tailback-watch', log });
    this.subscriber = connectRedis(config.url, { name: 'tailback-events', log, isSubscriber: true });
    this.redis.on('error', (error: Error) => (this.lastError = messageOf(error)));
    this.redis.on('ready', () => (this.lastError = null));
    this.database = this.redis.options.db ?? 0;
    this.cost.watch(this.redis);
    this.discovery = new Discovery(this.redis, config.name, config.readOnly, config.prefixes);
    this.bull = new BullEvents(this.subscriber);
    this.bullMq = new BullMqEvents(this.redis);
  }

  resumeFrom(cursors: EventCursors): void {
    this.resumed = cursors;
  }

  cursors(): EventCursors {
    const cursors: EventCursors = {};
    for (const [base, { id }] of this.queues) {
      const cursor = this.bullMq.cursor(base);
      if (cursor !== null) cursors[toQueueKey(id)] = cursor;
    }
    return cursors;
  }

  async look(): Promise<SourceReading> {
    if (this.redis.status !== 'ready')
      throw new AppError('source-down', this.lastError ?? 'No connection to Redis yet.');
    const start = performance.now();
    const localNow = Date.now();
    for (const prefix of this.discovery.knownPrefixes()) await this.bull.listen(prefix);
    await this.askWorkers(localNow);
    this.adopt(await this.discovery.step(this.queues, localNow), localNow);

    await this.collectEvents(localNow);
    await this.understand();
    const removed = await this.recheck(localNow);
    const due = this.dueQueues(localNow);
    const { at, readings } = await readCounts(this.redis, due);
    this.bull.setClockOffset(at - Date.now());
    const taken: QueueReading[] = [];
    for (const [index, watched] of due.entries()) {
      const counts = readings[index];
      if (!counts) continue;
      const reading = this.toReading(watched, counts, at);
      this.noteArrivals(watched, counts, at);
      if (hasMoved(watched.reading, reading)) watched.movedAt = localNow;
      watched.reading = reading;
      watched.readAt = localNow;
      taken.push(reading);
    }
    await this.askFacts(localNow);
    this.looks += 1;
    this.facts = { ...this.facts, readMs: performance.now() - start, scan: this.discovery.progress(), ownCost: this.cost.estimate() };
    const events = [...this.news].map(([base, list]) => ({ queue: this.queues.get(base)?.id, events: list }));
    const gaps = this.gaps;
    this.news = new Map();
    this.gaps = [];
    return { at, readings: taken, removed, events: events.filter(hasQueue), gaps, facts: this.facts };
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    this.subscriber.disconnect();
    await Promise.resolve();
  }

  private async askWorkers(now: number): Promise<void> {
    const every = (this.workers?.clients ?? 0) > MANY_CLIENTS ? WORKERS_EVERY_MS_MANY : WORKERS_EVERY_MS;
    if (now - this.workersAt < every) return;
    this.workers = await readWorkers(this.redis, this.database);
    this.workersAt = now;
    if (!this.workers) return;
    for (const prefix of this.workers.prefixes) this.discovery.hint('', prefix, true);
    for (const base of this.workers.byBase.keys()) this.discovery.hint(base, null, this.queues.has(base));
  }

  private adopt(found: readonly Found[], now: number): void {
    for (const queue of found) {
      if (this.queues.has(queue.base)) continue;
      this.queues.set(queue.base, {
        ...queue,
        lives: new JobLives(),
        reading: null,
        readAt: 0,
        movedAt: now,
        checkedAt: now,
        addedEver: null,
        duplicates: 0,
      });
      if (queue.kind !== 'bullmq') continue;
      const cursor = this.resumed[toQueueKey(queue.id)];
      // A queue that appears later is read from its first entry: all of its life is news.
      if (cursor !== undefined) this.bullMq.follow(queue.base, cursor, true);
      else if (this.looks === 0) this.bullMq.follow(queue.base, `${now - FIRST_LOOK_BACK_MS}-0`, false);
      else this.bullMq.follow(queue.base, this.discovery.progress().lastCompletedAt === null ? `${now - FIRST_LOOK_BACK_MS}-0` : '0-0', false);
    }
  }

  /** Takes what was said since the last look. Kept in `raw` until understood, so that a look that fails loses nothing. */
  private async collectEvents(now: number): Promise<void> {
    const add = (base: string, events: readonly RawEvent[]) => {
      const list = this.raw.get(base);
      if (list) list.push(...events);
      else this.raw.set(base, [...events]);
    };
    const drained = this.bull.drain();
    for (const gap of drained.gaps) this.gaps.push({ queue: null, ...gap });
    if (drained.gaps.length > 0) for (const watched of this.queues.values()) if (watched.kind === 'bull') watched.lives.forget();
    for (const { base, raw: event, isDuplicate } of drained.messages) {
      const watched = this.queues.get(base);
      if (!watched) this.discovery.hint(base, null, false);
      // Pub/Sub is deaf to the database number: a BullMQ queue of that name has nothing to do with it.
      else if (watched.kind === 'bull') {
        watched.movedAt = now;
        if (isDuplicate) watched.duplicates += 1;
        else if (event) add(base, [event]);
      }
    }
    const takeIn = ({ base, events, gap }: StreamNews) => {
      const watched = this.queues.get(base);
      if (!watched) return;
      if (gap) {
        this.gaps.push({ queue: watched.id, ...gap, reason: 'The event stream was trimmed before it could be read.' });
        watched.lives.forget();
      }
      if (events.length === 0) return;
      watched.movedAt = now;
      add(base, events);
    };
    const until = performance.now() + CATCH_UP_MS;
    while ((await this.bullMq.read(takeIn)) && performance.now() < until);
  }

  private async understand(): Promise<void> {
    const asked: { base: string; jobId: string }[] = [];
    const unanswered: EventGap[] = [];
    for (const [base, events] of this.raw) {
      const watched = this.queues.get(base);
      if (!watched) continue;
      const ids = watched.lives.questions(events);
      const room = MAX_QUESTIONS - asked.length;
      for (const jobId of ids.slice(0, room)) asked.push({ base, jobId });
      const first = events[0];
      const last = events.at(-1);
      if (ids.length > room && first && last)
        unanswered.push({ queue: watched.id, from: first.at, to: last.at, reason: 'More retries than could be looked up.' });
    }
    const facts = await this.askJobs(asked);
    this.gaps.push(...unanswered);
    for (const [base, list] of this.raw) {
      const watched = this.queues.get(base);
      if (watched) this.tell(base, watched.lives.take(list, facts.get(base) ?? new Map<string, JobFacts>()));
    }
    this.raw = new Map();
  }

  private tell(base: string, events: JobEvent[]): void {
    const list = this.news.get(base);
    if (list) list.push(...events);
    else this.news.set(base, events);
  }

  private async askJobs(asked: readonly { base: string; jobId: string }[]): Promise<Map<string, Map<string, JobFacts>>> {
    const facts = new Map<string, Map<string, JobFacts>>();
    if (asked.length === 0) return facts;
    const pipeline = this.redis.pipeline();
    for (const { base, jobId } of asked) pipeline.hmget(`${base}:${jobId}`, 'attemptsMade', 'atm', 'processedOn');
    const replies = (await pipeline.exec()) ?? [];
    for (const [index, { base, jobId }] of asked.entries()) {
      const [attemptsMade, atm, processedOn] = (replies[index]?.[1] as (string | null)[] | null) ?? [];
      const made = attemptsMade ?? atm;
      let ofQueue = facts.get(base);
      if (!ofQueue) facts.set(base, (ofQueue = new Map()));
      ofQueue.set(jobId, { attemptsMade: made == null ? null : Number(made), processedOn: processedOn == null ? null : Number(processedOn) });
    }
    return facts;
  }

  /** A queue of which nothing is left has been obliterated; one whose version changed must be written to differently. */
  private async recheck(now: number): Promise<QueueReading['id'][]> {
    const stale = [...this.queues.values()].filter(({ checkedAt }) => now - checkedAt >= RECHECK_MS).slice(0, 100);
    if (stale.length === 0) return [];
    const pipeline = this.redis.pipeline();
    for (const { base } of stale) {
      pipeline.exists(`${base}:id`, `${base}:meta`, `${base}:wait`, `${base}:completed`, `${base}:failed`, `${base}:delayed`, `${base}:events`);
      pipeline.hget(`${base}:meta`, 'version');
    }
    const replies = (await pipeline.exec()) ?? [];
    const removed: QueueReading['id'][] = [];
    for (const [index, watched] of stale.entries()) {
      watched.checkedAt = now;
      const [existsError, left] = replies[index * 2] ?? [];
      if (!existsError && left === 0) {
        removed.push(watched.id);
        this.queues.delete(watched.base);
        this.bullMq.unfollow(watched.base);
        continue;
      }
      const version = replies[index * 2 + 1]?.[1] as string | null | undefined;
      if (watched.kind === 'bullmq' && version && version !== watched.version) {
        if (bullMqMajor(version) !== bullMqMajor(watched.version) && watched.readOnlyReason !== READ_ONLY_SOURCE) watched.readOnlyReason = whyNotWritable(version);
        watched.version = version;
      }
    }
    return removed;
  }

  private dueQueues(now: number): Watched[] {
    return [...this.queues.values()].filter(
      ({ readAt, movedAt, reading }) => reading === null || now - movedAt < HOT_MS || now - readAt >= IDLE_READ_MS || hasWork(reading),
    );
  }

  private toReading(watched: Watched, raw: RawReading, at: number): QueueReading {
    const enteredAt = raw.nextJobId === null ? null : watched.lives.waitingSince(raw.nextJobId);
    const oldest = raw.oldestTimestamp;
    // Where the next job's entry was seen and nothing runs out of order, its wait is exact, delays left out.
    const since = enteredAt !== null && !raw.oldestIsAtLeast ? enteredAt : oldest;
    return {
      id: watched.id,
      kind: watched.kind,
      version: watched.version,
      readOnlyReason: watched.readOnlyReason,
      at,
      counts: raw.counts,
      isPaused: raw.isPaused,
      oldestWaitingMs: since === null ? null : Math.max(0, at - since),
      oldestWaitingIsAtLeast: since !== null && raw.oldestIsAtLeast,
      workers: this.workers === null ? null : (this.workers.byBase.get(watched.base) ?? 0),
    };
  }

  /** Bull says nothing of jobs added with a delay; its job counter does, less the adds that made no job. */
  private noteArrivals(watched: Watched, raw: RawReading, at: number): void {
    if (raw.addedEver === null) return;
    const before = watched.addedEver;
    watched.addedEver = raw.addedEver;
    if (before === null || raw.addedEver < before) {
      watched.duplicates = 0;
      return;
    }
    const count = raw.addedEver - before - watched.duplicates;
    watched.duplicates = Math.max(0, -count);
    if (count <= 0) return;
    this.tell(watched.base, [{ at, type: 'arrived', count }]);
  }

  private async askFacts(now: number): Promise<void> {
    if (now - this.factsAt < FACTS_EVERY_MS) return;
    this.factsAt = now;
    const sections = await Promise.all(['server', 'memory', 'clients', 'commandstats'].map((section) => this.info(section)));
    const info = sections.slice(0, 3).join('\n');
    if (sections[3]) this.cost.settle(sections[3]);
    const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null;
    const number = (name: string) => (value(name) === null ? null : Number(value(name)));
    this.facts = {
      ...this.facts,
      version: value('valkey_version') ?? value('redis_version'),
      usedMemoryBytes: number('used_memory'),
      maxMemoryBytes: number('maxmemory'),
      evictionPolicy: value('maxmemory_policy'),
      connectedClients: number('connected_clients'),
    };
  }

  private async info(section: string): Promise<string> {
    try {
      return await this.redis.info(section);
    } catch (error) {
      // Some providers forbid INFO; the figures are then unknown.
      if (/NOPERM|unknown command/i.test(messageOf(error))) return '';
      throw error;
    }
  }
}



const NO_FACTS: BrokerFacts = {
  version: null,
  usedMemoryBytes: null,
  maxMemoryBytes: null,
  evictionPolicy: null,
  connectedClients: null,
  readMs: null,
  scan: { progress: null, lastCompletedAt: null, keys: null },
  ownCost: { commandsPerSecond: null, cpuPercent: null },
};

function hasQueue<T>(entry: { queue: QueueReading['id'] | undefined; events: T }): entry is { queue: QueueReading['id']; events: T } {
  return entry.queue !== undefined;
}

function hasWork({ counts, isPaused }: QueueReading): boolean {
  return (counts.active ?? 0) > 0 || (!isPaused && (counts.waiting ?? 0) + (counts.prioritized ?? 0) > 0);
}

function hasMoved(before: QueueReading | null, after: QueueReading): boolean {
  if (before === null) return true;
  return before.isPaused !== after.isPaused || (Object.keys(after.counts) as (keyof typeof after.counts)[]).some((key) => before.counts[key] !== after.counts[key]);
}

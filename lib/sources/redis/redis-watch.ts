import type { Redis } from '../../redis/connection';
import type { SourceConfig } from '../../config/config';
import { shownRedisUrl } from '../../config/redis-address';
import type { Log } from '../../config/log';
import { AppError, messageOf } from '../../domain/errors';
import type { QueueId } from '../../domain/queue';
import type { SourceWorkers } from '../../domain/worker';
import { databaseOf } from '../../redis/cluster';
import { connectRedis, connectSubscriber } from '../../redis/connect';
import type { EventCursors, FailedJobs, QueueReading, SourceReading, SourceWatch } from '../source';
import { arrivalsOf } from './bull-arrivals';
import { NO_INFO, readFacts, type InfoFacts } from './broker-facts';
import { BullEvents } from './bull-events';
import { BullMqEvents } from './bullmq-events';
import { Discovery, type Found } from './discovery';
import { baseOf } from './keys';
import { toAppError } from './driver-errors';
import { EventIntake } from './event-intake';
import { readFailedJobs } from './failed-jobs';
import { OwnCost } from './own-cost';
import { agesOf, oldestRunnable } from './oldest-jobs';
import { readBrokerTime, readCounts, type RawReading } from './read-counts';
import { countWithoutLock } from './lock-check';
import { findGone } from './recheck';
import { findSameNames } from './same-name';
import { newlyWatched, type Watched, type WatchedQueues } from './watched';
import { WorkerWatch } from './worker-watch';

/** Queues in which nothing moves are read this often; events wake them at once. */
const IDLE_READ_MS = 5_000;
/** A queue counts as moving this long after its last event or change. */
const HOT_MS = 10_000;
/** Locks are renewed every 15 s and last 30 s: a queue in which nothing ended for this long may have lost its workers. */
const LOCKS_AFTER_MS = 30_000;
const LOCKS_EVERY_MS = 10_000;
/** Queues whose locks are looked at in one look. */
const LOCKS_AT_ONCE = 20;
const FACTS_EVERY_MS = 5_000;
const SAME_NAMES_EVERY_MS = 15_000;
/** Queues checked in one look for having gone. */
const RECHECK_AT_ONCE = 100;
/** On the very first look the streams are read this far back, so that the last minute is known at once. */
const FIRST_LOOK_BACK_MS = 60_000;

export type WatchOptions = {
  /** How often a queue is checked for having gone, or for being written by another version. */
  recheckMs?: number;
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
  private readonly intake: EventIntake;
  private readonly cost = new OwnCost();
  private readonly queues: WatchedQueues = new Map();
  private readonly database: number;
  private readonly recheckMs: number;
  private resumed: EventCursors = {};
  private handedOver: EventCursors = {};
  private lastError: string | null = null;
  /** ms, broker's clock, of the last look that succeeded. */
  private lastAt: number | null = null;
  private readonly workers: WorkerWatch;
  private workersNews: SourceWorkers | null = null;
  private info: InfoFacts = NO_INFO;
  private infoAt = 0;
  private sameNames = new Set<string>();
  private sameNamesAt = 0;
  private removed: QueueId[] = [];

  constructor(config: SourceConfig, log: Log, { recheckMs = 30_000 }: WatchOptions = {}) {
    this.name = config.name;
    this.address = shownRedisUrl(config.url);
    this.recheckMs = recheckMs;
    this.redis = connectRedis(config.url, { name: 'tailback-watch', log });
    this.subscriber = connectSubscriber(config.url, { name: 'tailback-events', log });
    this.redis.on('error', (error: Error) => (this.lastError = messageOf(error)));
    this.redis.on('ready', () => (this.lastError = null));
    this.database = databaseOf(this.redis);
    this.workers = new WorkerWatch(this.name, this.redis, this.database);
    this.cost.watch(this.redis);
    this.discovery = new Discovery(this.redis, config.name, config.readOnly, config.prefixes);
    this.bull = new BullEvents(this.subscriber);
    this.bullMq = new BullMqEvents(this.redis);
    this.intake = new EventIntake(this.redis, this.bull, this.bullMq, this.queues);
  }

  resumeFrom(cursors: EventCursors): void {
    this.resumed = { ...cursors };
  }

  cursors(): EventCursors {
    return this.handedOver;
  }

  async look(): Promise<SourceReading> {
    if (this.redis.status !== 'ready')
      throw new AppError(
        'source-down',
        `Redis "${this.name}" cannot be reached: ${this.lastError ?? 'no connection yet'}.`,
      );
    try {
      return await this.lookOnce();
    } catch (error) {
      throw toAppError(error, this.name);
    }
  }

  async failedJobs(queue: QueueId, cursor: string | null, limit: number): Promise<FailedJobs | null> {
    const watched = this.queues.get(baseOf(queue));
    if (!watched || this.redis.status !== 'ready') return null;
    return readFailedJobs(this.redis, watched.base, watched.kind, cursor, limit);
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    this.subscriber.disconnect();
    await Promise.resolve();
  }

  private async lookOnce(): Promise<SourceReading> {
    const start = performance.now();
    const now = Date.now();
    if (this.lastAt === null) this.bull.setClockOffset((await readBrokerTime(this.redis)) - Date.now());
    for (const prefix of this.discovery.knownPrefixes()) await this.bull.listen(prefix);
    await this.askWorkers(now);
    for (const base of this.intake.hear(now)) this.discovery.hint(base);
    this.adopt(await this.discovery.step(this.queues, now), now);
    await this.intake.read(now);
    await this.intake.understand();
    await this.dropGone(now);
    const { at, readings } = await this.readDue(now);
    await this.checkLocks(now);
    await this.askFacts(now);
    this.markSameNames(at);

    const removed = this.removed;
    this.removed = [];
    this.lastAt = at;
    this.handedOver = this.currentCursors();
    const { commandstats: _, databases: __, ...info } = this.info;
    const facts = {
      ...info,
      readMs: performance.now() - start,
      scan: this.discovery.progress(),
      ownCost: this.cost.estimate(),
    };
    const news = this.intake.handOver();
    this.noteEnds(news.events, now);
    const workers = this.workersNews ? { workers: this.workersNews } : {};
    this.workersNews = null;
    return { at, readings, removed, ...news, facts, ...workers };
  }

  private async askWorkers(now: number): Promise<void> {
    const listed = await this.workers.step(this.queues, now);
    if (listed === null) return;
    this.workersNews = listed;
    const { workers } = this.workers;
    if (!workers) return;
    for (const prefix of workers.prefixes) this.discovery.addPrefix(prefix);
    for (const base of workers.byBase.keys()) if (!this.queues.has(base)) this.discovery.hint(base);
  }

  private adopt(found: readonly Found[], now: number): void {
    for (const queue of found) {
      if (this.queues.has(queue.base)) continue;
      const watched = newlyWatched(queue, now);
      this.queues.set(queue.base, watched);
      if (queue.kind === 'bull') {
        // Channels of a prefix that no worker has named yet must be heard too.
        this.discovery.addPrefix(queue.id.namespace);
        this.sameNamesAt = 0;
        continue;
      }
      const cursor = this.resumed[watched.key];
      // A position is good for one start: a queue that comes again later is a new one.
      delete this.resumed[watched.key];
      if (cursor !== undefined && /^\d+-\d+$/.test(cursor)) this.bullMq.resume(queue.base, cursor);
      else this.bullMq.followFrom(queue.base, queue.isNew ? 0 : this.bull.now() - FIRST_LOOK_BACK_MS);
    }
  }

  private async dropGone(now: number): Promise<void> {
    const due = [...this.queues.values()]
      .filter(({ checkedAt }) => now - checkedAt >= this.recheckMs)
      .slice(0, RECHECK_AT_ONCE);
    if (due.length === 0) return;
    const gone = await findGone(this.redis, due);
    for (const watched of due) watched.checkedAt = now;
    for (const { base, id } of gone) {
      this.queues.delete(base);
      this.bullMq.unfollow(base);
      this.discovery.forget(base);
      this.removed.push(id);
    }
  }

  private async readDue(now: number): Promise<{ at: number; readings: QueueReading[] }> {
    const due = [...this.queues.values()].filter((watched) => this.isDue(watched, now));
    const { at, readings } = await readCounts(this.redis, due);
    this.bull.setClockOffset(at - Date.now());
    const taken: QueueReading[] = [];
    for (const [index, watched] of due.entries()) {
      const raw = readings[index];
      if (!raw) continue;
      const reading = this.toReading(watched, raw, at);
      const arrived = arrivalsOf(watched, raw);
      if (arrived > 0) this.intake.tellArrivals(watched.base, at, arrived);
      if (hasMoved(watched.reading, reading)) watched.movedAt = now;
      watched.lives.prune(unfinishedIn(reading));
      watched.reading = reading;
      watched.readAt = now;
      taken.push(reading);
    }
    return { at, readings: taken };
  }

  /** Without an event nothing moves but what no event tells (removals, workers): such queues are read less often. */
  private isDue({ base, readAt, movedAt, reading, withoutLock }: Watched, now: number): boolean {
    if (reading === null || now - movedAt < HOT_MS || now - readAt >= IDLE_READ_MS) return true;
    return reading.workers !== this.workers.countOf(base) || reading.stalledJobs !== withoutLock;
  }

  private toReading(watched: Watched, raw: RawReading, at: number): QueueReading {
    const entered = (jobId: string | null) => (jobId === null ? null : watched.lives.waitingSince(jobId));
    const oldest = agesOf(raw.oldest, at, {
      waiting: entered(raw.nextJobId),
      prioritized: entered(raw.nextPrioritizedId),
    });
    const runnable = oldestRunnable(oldest);
    return {
      id: watched.id,
      kind: watched.kind,
      version: watched.version,
      readOnlyReason: watched.readOnlyReason,
      at,
      counts: raw.counts,
      isPaused: raw.isPaused,
      oldestWaitingMs: runnable?.ms ?? null,
      oldestWaitingIsAtLeast: runnable?.isAtLeast ?? false,
      oldest,
      workers: this.workers.countOf(watched.base),
      stalledJobs: watched.withoutLock,
    };
  }

  /** Only where jobs are active and none has ended for a while: elsewhere the workers show that they live. */
  private async checkLocks(now: number): Promise<void> {
    const due: Watched[] = [];
    for (const watched of this.queues.values()) {
      const active = watched.reading?.counts.active ?? 0;
      const isSuspect = active > 0 && now - watched.endedAt >= LOCKS_AFTER_MS;
      if (!isSuspect) watched.withoutLock = active === 0 ? 0 : null;
      else if (now - watched.locksAt >= LOCKS_EVERY_MS) due.push(watched);
    }
    due.sort((a, b) => a.locksAt - b.locksAt);
    await Promise.all(
      due.slice(0, LOCKS_AT_ONCE).map(async (watched) => {
        watched.locksAt = now;
        watched.withoutLock = await countWithoutLock(this.redis, watched.base);
      }),
    );
  }

  private noteEnds(events: SourceReading['events'], now: number): void {
    for (const { queue, events: list } of events) {
      if (!list.some(({ type }) => type === 'completed' || type === 'failed' || type === 'attempt-failed')) continue;
      const watched = this.queues.get(baseOf(queue));
      if (watched) watched.endedAt = now;
    }
  }

  private async askFacts(now: number): Promise<void> {
    if (now - this.infoAt >= FACTS_EVERY_MS) {
      this.info = await readFacts(this.redis);
      this.infoAt = now;
      if (this.info.commandstats !== '') this.cost.settle(this.info.commandstats);
    }
    if (now - this.sameNamesAt >= SAME_NAMES_EVERY_MS) {
      const bases = [...this.queues.values()].filter(({ kind }) => kind === 'bull').map(({ base }) => base);
      const others = this.info.databases.filter((database) => database !== this.database);
      this.sameNames = await findSameNames(this.redis, bases, others);
      this.sameNamesAt = now;
    }
  }

  /** Bull's messages of a queue that another database has too may be the other's: its figures are marked. */
  private markSameNames(at: number): void {
    for (const watched of this.queues.values()) {
      if (
        watched.kind !== 'bull' ||
        !(this.sameNames.has(watched.base) || this.workers.workers?.elsewhere.has(watched.base))
      )
        continue;
      const reason =
        'Another database of this Redis has a Bull queue of the same name, and Bull’s events do not say whose they are.';
      this.intake.tellGap({ queue: watched.id, from: this.lastAt ?? at, to: at, reason });
    }
  }

  private currentCursors(): EventCursors {
    const cursors: EventCursors = {};
    for (const { base, key } of this.queues.values()) {
      const cursor = this.bullMq.cursor(base);
      if (cursor !== null) cursors[key] = cursor;
    }
    return cursors;
  }
}

function unfinishedIn({ counts }: QueueReading): number {
  const { waiting, active, delayed, prioritized, waitingChildren, paused } = counts;
  return [waiting, active, delayed, prioritized, waitingChildren, paused].reduce<number>(
    (sum, count) => sum + (count ?? 0),
    0,
  );
}

function hasMoved(before: QueueReading | null, after: QueueReading): boolean {
  if (before === null) return true;
  return (
    before.isPaused !== after.isPaused ||
    (Object.keys(after.counts) as (keyof typeof after.counts)[]).some((key) => before.counts[key] !== after.counts[key])
  );
}

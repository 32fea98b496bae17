import type { RedisSourceConfig } from '../../config/config';
import { whySourceIsReadOnly } from '../../config/read-only';
import { readRedisUrl, shownRedisUrl } from '../../config/redis-address';
import { troubleWords } from '../../config/trouble-words';
import type { Log } from '../../config/log';
import { AppError } from '../../domain/errors';
import type { QueueId } from '../../domain/queue';
import type { SourceWorkers } from '../../domain/worker';
import { databaseOf } from '../../redis/cluster';
import { connectRedis, connectSubscriber } from '../../redis/connect';
import type { Redis, Subscriber } from '../../redis/connection';
import { Servers } from '../../redis/servers';
import { readPosition, WHOLE_SOURCE, type Position } from '../position';
import type { EventCursors, FailedJobs, QueueReading, SourceReading, SourceWatch, StallSighting } from '../source';
import { noteCounter } from './bull-arrivals';
import { BrokerPulse } from './broker-pulse';
import { BullEvents } from './bull-events';
import { BullMqEvents } from './bullmq-events';
import { Discovery, type Found } from './discovery';
import { toAppError } from './driver-errors';
import { EventIntake } from './event-intake';
import { FactsWatch } from './facts-watch';
import { readFailedJobs } from './failed-jobs';
import { GapDesk } from './gap-desk';
import { HoldWatch } from './hold-watch';
import { baseOf } from './keys';
import { agesOf, oldestRunnable } from './oldest-jobs';
import { baselineOf, readBrokerTime, readCounts, type RawReading } from './read-counts';
import { findGone } from './recheck';
import { noteServers } from './server-changes';
import { newlyWatched, runOf, type Watched, type WatchedQueues } from './watched';
import { WorkerWatch } from './worker-watch';

/** Queues in which nothing moves are read this often; events wake them at once. */
const IDLE_READ_MS = 5_000;
/** A queue counts as moving this long after its last event or change. */
const HOT_MS = 10_000;
/** A queue whose server does not answer for longer has a gap, even if the server comes back as it was. */
const UNREAD_IS_GAP_MS = 5_000;
/** Queues checked in one look for having gone. */
const RECHECK_AT_ONCE = 100;
/** On the very first look the streams are read this far back, so that the last minute is known at once. */
const FIRST_LOOK_BACK_MS = 60_000;

const CLOCK_JUMP_MS = 2_000;
/** Entries of a stream may be this much older (ms) than the look that reads them. */
const LAST_MOMENT_MS = 1_000;

export type WatchOptions = {
  /** How often a queue is checked for having gone, or for being written by another version. */
  recheckMs?: number;
};

/** Watches all Bull and BullMQ queues of one Redis database, or of a Cluster: a node that is down costs only its own queues. */
export class RedisWatch implements SourceWatch {
  readonly name: string;
  private readonly isReadOnly: boolean;
  readonly kind = 'redis' as const;
  readonly address: string;
  private readonly redis: Redis;
  private readonly subscriber: Subscriber;
  private readonly discovery: Discovery;
  private readonly bull: BullEvents;
  private readonly bullMq: BullMqEvents;
  private readonly intake: EventIntake;
  private readonly gaps: GapDesk;
  private readonly servers: Servers;
  private readonly factsWatch: FactsWatch;
  private readonly queues: WatchedQueues = new Map();
  private readonly recheckMs: number;
  private resumed: EventCursors = {};
  private handedOver: EventCursors = {};
  private lastError: string | null = null;
  /** ms, broker's clock, of the last look that succeeded. */
  private lastAt: number | null = null;
  /** Queues held by another server than before, whose position in the event stream must be looked at first. */
  private readonly unchecked = new Set<string>();
  /** The server whose clock is told with Bull's events. */
  private clockOf: string | null = null;
  private readonly workers: WorkerWatch;
  private readonly holds: HoldWatch;
  private readonly pulse: BrokerPulse;
  private stalls: StallSighting[] = [];
  private workersNews: SourceWorkers | null = null;
  private removed: QueueId[] = [];

  constructor(config: RedisSourceConfig, log: Log, { recheckMs = 30_000 }: WatchOptions = {}) {
    this.name = config.name;
    this.isReadOnly = config.readOnly !== false;
    this.address = shownRedisUrl(config.url);
    this.recheckMs = recheckMs;
    this.redis = connectRedis(config.url, { name: 'tailback-watch', log });
    this.subscriber = connectSubscriber(config.url, { name: 'tailback-events', log });
    this.redis.on('error', (error: Error) => (this.lastError = troubleWords(error, this.address)));
    this.redis.on('ready', () => (this.lastError = null));
    this.servers = new Servers(this.redis);
    const database = databaseOf(this.redis);
    this.workers = new WorkerWatch(this.name, this.redis, this.servers, database);
    this.holds = new HoldWatch(this.redis, this.queues);
    this.pulse = new BrokerPulse(this.servers);
    this.factsWatch = new FactsWatch(this.redis, this.servers, readRedisUrl(config.url).kind, database);
    this.discovery = new Discovery(
      this.redis,
      this.servers,
      config.name,
      whySourceIsReadOnly(config.readOnly),
      config.prefixes,
    );
    this.bull = new BullEvents(this.subscriber);
    this.bullMq = new BullMqEvents(this.redis);
    this.intake = new EventIntake(this.redis, this.bull, this.bullMq, this.queues);
    this.gaps = new GapDesk(this.redis, this.bull, this.intake, this.queues, this.servers);
  }

  resumeFrom(cursors: EventCursors): void {
    this.resumed = { ...cursors };
  }

  cursors(): EventCursors {
    return this.handedOver;
  }

  rewind(queueKey: string, cursor: string): void {
    const watched = [...this.queues.values()].find(({ key }) => key === queueKey);
    const position = readPosition(cursor);
    if (!watched || !position) return;
    watched.lives.forget();
    this.intake.forget(watched.base);
    if (watched.kind === 'bull') this.gaps.openSince(watched, position);
    else this.bullMq.resume(watched.base, position.at);
  }

  heardAs(queueKey: string, ms: number): number | null {
    const watched = [...this.queues.values()].find(({ key }) => key === queueKey);
    return watched?.serverId == null ? null : this.bull.heardAt(watched.serverId, ms);
  }

  async look(): Promise<SourceReading> {
    const start = performance.now();
    this.bull.checkAlive();
    if (this.redis.status !== 'ready') {
      if (this.lastAt !== null) this.pulse.failed(start);
      throw new AppError(
        'source-down',
        `Redis "${this.name}" cannot be reached: ${this.lastError ?? 'no connection yet'}.`,
      );
    }
    try {
      return await this.lookOnce(start);
    } catch (error) {
      if (this.lastAt !== null) this.pulse.failed(start);
      throw toAppError(error, this.name);
    }
  }

  async failedJobs(queue: QueueId, cursor: string | null, limit: number): Promise<FailedJobs | null> {
    const watched = this.queues.get(baseOf(queue));
    if (!watched || watched.unread !== null || this.redis.status !== 'ready') return null;
    return readFailedJobs(this.redis, watched.base, watched.kind, cursor, limit);
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    this.subscriber.disconnect();
    this.pulse.close();
    await Promise.resolve();
  }

  private async lookOnce(start: number): Promise<SourceReading> {
    const now = Date.now();
    await this.servers.look();
    await this.pulse.beat();
    await this.noteServers();
    // What was said until now is read in this look; what is said while it runs may have to wait for the next.
    const heardUntil = this.bull.now();
    for (const prefix of this.discovery.knownPrefixes()) await this.bull.listen(prefix);
    await this.gaps.begin();
    await this.askWorkers(now);
    for (const base of this.intake.hear(now, (base) => this.servers.holderOf(base).server?.id ?? null))
      this.discovery.hint(base);
    await this.adopt(await this.discovery.step(this.queues, now), now);
    await this.intake.read(now);
    await this.intake.understand();
    this.gaps.tellArrivals();
    await this.dropGone(now);
    this.gaps.openMissed();
    const { at, readings } = await this.readDue(now);
    await this.gaps.settle();
    // Before the locks are looked at: a job that has stalled may be in other hands by now.
    await this.lookAtStalls();
    const holds = await this.holds.step(now, at);
    // A verdict on who is gone needs to know who is there now.
    if (this.stalls.length > 0 || holds.some(({ jobs }) => jobs.some(({ hasLock }) => !hasLock)))
      await this.askWorkers(now, true);
    await this.factsWatch.step(this.queues, now);
    const { workers: listed } = this.workers;
    for (const gap of this.factsWatch.sameNameGaps(this.queues, listed?.elsewhere, this.lastAt ?? at, at))
      this.intake.tellGap(gap);
    for (const watched of this.queues.values()) {
      const { id, unread, reachedAt } = watched;
      if (unread === null) watched.reachedAt = heardUntil;
      // Streams keep what is said meanwhile, for a while.
      else if (reachedAt !== null && at - reachedAt > UNREAD_IS_GAP_MS)
        this.intake.tellGap({
          queue: id,
          from: Math.max(reachedAt, at - 2 * UNREAD_IS_GAP_MS),
          to: at,
          reason: unread,
        });
    }

    const removed = this.removed;
    this.removed = [];
    this.lastAt = at;
    this.handedOver = this.currentCursors(at);
    const facts = {
      ...this.factsWatch.facts(this.queues),
      readMs: performance.now() - start,
      scan: this.discovery.progress(),
      slowSpells: this.pulse.slowSpells(),
    };
    const news = this.intake.handOver();
    const stalls = this.stalls;
    this.stalls = [];
    const workers = this.workersNews ? { workers: this.workersNews } : {};
    this.workersNews = null;
    return { at, readings, unread: this.unread(), removed, ...news, facts, ...workers, holds, stalls };
  }

  /** Which queues can be read, and whether by the servers that held them before. */
  private async noteServers(): Promise<void> {
    const [first] = this.servers.up();
    const isOther = this.clockOf !== first?.id;
    if (first && isOther) {
      this.bull.setClockOffset((await readBrokerTime(first.redis)) - Date.now());
      this.clockOf = first.id;
    }
    const { changed, gaps } = noteServers(this.servers, this.queues.values(), this.bull.now());
    for (const gap of gaps) this.intake.tellGap(gap);
    for (const watched of changed) {
      watched.lives.forget();
      this.unchecked.add(watched.base);
    }
    const readable = [...this.unchecked].filter((base) => this.queues.get(base)?.unread === null);
    if (readable.length > 0) await this.bullMq.checkPositions(readable);
    for (const base of readable) this.unchecked.delete(base);
  }

  private unread(): { queue: QueueId; reason: string }[] {
    return [...this.queues.values()].flatMap(({ id, unread }) =>
      unread === null ? [] : [{ queue: id, reason: unread }],
    );
  }

  private async lookAtStalls(): Promise<void> {
    const { stalls } = this.intake;
    if (stalls.length === 0) return;
    const count = stalls.length;
    this.stalls.push(...(await this.holds.sightings(stalls)));
    stalls.splice(0, count);
  }

  private async askWorkers(now: number, isWanted = false): Promise<void> {
    const listed = await this.workers.step(this.queues, now, isWanted);
    if (listed === null) return;
    this.workersNews = listed;
    const { workers } = this.workers;
    if (!workers) return;
    for (const prefix of workers.prefixes) this.discovery.addPrefix(prefix);
    for (const base of workers.byBase.keys()) if (!this.queues.has(base)) this.discovery.hint(base);
  }

  private async adopt(found: readonly Found[], now: number): Promise<void> {
    let isWorkedFor = false;
    for (const queue of found) {
      if (this.queues.has(queue.base)) continue;
      const watched = newlyWatched(queue, now);
      watched.serverId = this.servers.holderOf(queue.base).server?.id ?? null;
      this.queues.set(queue.base, watched);
      isWorkedFor ||= (this.workers.countOf(queue.base) ?? 0) > 0;
      if (queue.kind === 'bull') {
        // Channels of a prefix that no worker has named yet must be heard too.
        this.discovery.addPrefix(queue.id.namespace);
        this.factsWatch.forgetSameNames();
        await this.bull.listen(queue.id.namespace);
      }
      const position = this.storedPosition(watched.key);
      // A position is good for one start: a queue that comes again later is a new one.
      delete this.resumed[watched.key];
      if (queue.kind === 'bull') {
        if (position || !queue.isNew) this.gaps.openSince(watched, position);
      } else if (position?.at.includes('-')) {
        watched.sureBaseline = position.baseline;
        this.bullMq.resume(queue.base, position.at);
      } else this.bullMq.followFrom(queue.base, queue.isNew ? 0 : this.bull.now() - FIRST_LOOK_BACK_MS);
    }
    // Their workers were listed before anybody knew whose they are.
    if (isWorkedFor) this.workersNews = this.workers.lastList(this.queues);
  }

  /** Where a queue stood when it was last written: as it says, and at least where its whole source stood. */
  private storedPosition(key: string): Position | null {
    const own = readPosition(this.resumed[key]);
    const whole = readPosition(this.resumed[WHOLE_SOURCE]);
    if (!own || !whole || own.at.includes('-') || whole.ms <= own.ms) return own;
    return { ...own, at: whole.at, ms: whole.ms };
  }

  private async dropGone(now: number): Promise<void> {
    const due = [...this.queues.values()]
      .filter(({ checkedAt, unread }) => unread === null && now - checkedAt >= this.recheckMs)
      .slice(0, RECHECK_AT_ONCE);
    if (due.length === 0) return;
    const gone = await findGone(this.redis, due, this.isReadOnly);
    for (const watched of due) watched.checkedAt = now;
    for (const { base, id } of gone) {
      this.queues.delete(base);
      this.unchecked.delete(base);
      this.bullMq.unfollow(base);
      this.discovery.forget(base);
      this.removed.push(id);
    }
  }

  private async readDue(now: number): Promise<{ at: number; readings: QueueReading[] }> {
    const due = [...this.queues.values()].filter((watched) => watched.unread === null && this.isDue(watched, now));
    const { at, readings } = await readCounts(this.redis, due);
    this.noteClock(at);
    const taken: QueueReading[] = [];
    for (const [index, watched] of due.entries()) {
      const raw = readings[index];
      if (!raw) continue;
      const reading = this.toReading(watched, raw, raw.at);
      if (raw.oldestActiveId === null) watched.oldestActive = null;
      else if (watched.oldestActive?.id !== raw.oldestActiveId)
        watched.oldestActive = { id: raw.oldestActiveId, since: now };
      const held = noteCounter(watched, raw, watched.hasGap);
      if (watched.hasGap) watched.heldArrivals = held;
      this.noteBaseline(watched, raw, at);
      if (hasMoved(watched.reading, reading)) watched.movedAt = now;
      watched.lives.prune(unfinishedIn(reading));
      watched.reading = reading;
      watched.readAt = now;
      taken.push(reading);
    }
    return { at, readings: taken };
  }

  /** Where the broker's clock (or ours) jumped, times of events just before and after are not to be relied on. */
  private noteClock(at: number): void {
    const expected = this.bull.now();
    this.bull.setClockOffset(at - Date.now());
    if (this.lastAt === null || Math.abs(at - expected) < CLOCK_JUMP_MS) return;
    const reason = `The broker’s clock jumped by ${Math.round((at - expected) / 1000)} s.`;
    for (const { id } of this.queues.values())
      for (const to of [expected, at]) this.intake.tellGap({ queue: id, from: to - CLOCK_JUMP_MS, to, reason });
  }

  /** A counter of adds that fell means that all was taken away: events of the moment before may have gone unread. */
  private noteBaseline(watched: Watched, raw: RawReading, at: number): void {
    const { baseline, reading, id } = watched;
    watched.baseline = baselineOf(raw, runOf(watched));
    if (!baseline || baseline.added <= raw.counter || !reading) return;
    const reason = 'The queue was made anew, or lost its data: what happened just before is not known.';
    this.intake.tellGap({ queue: id, from: reading.at - LAST_MOMENT_MS, to: at, reason });
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

  private currentCursors(at: number): EventCursors {
    const cursors: EventCursors = {};
    for (const watched of this.queues.values()) {
      const cursor = this.gaps.positionOf(watched, this.bullMq.cursor(watched.base), at);
      if (cursor !== null) cursors[watched.key] = cursor;
    }
    const whole = this.gaps.wholeUntil();
    if (whole !== null) cursors[WHOLE_SOURCE] = String(whole);
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

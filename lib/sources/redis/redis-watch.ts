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
import { isCluster, type Redis, type Subscriber } from '../../redis/connection';
import { Servers } from '../../redis/servers';
import { readPosition, WHOLE_SOURCE } from '../position';
import type { EventCursors, FailedJobs, SourceReading, SourceWatch, StallSighting } from '../source';
import { BrokerClock } from './broker-clock';
import { BrokerPulse, type Beat } from './broker-pulse';
import { BullEvents } from './bull-events';
import { BullMqEvents } from './bullmq-events';
import { CountWatch } from './count-watch';
import { Discovery, type Found } from './discovery';
import { toAppError } from './driver-errors';
import { EventIntake } from './event-intake';
import { FactsWatch } from './facts-watch';
import { readFailedJobs } from './failed-jobs';
import { GapDesk } from './gap-desk';
import { HoldWatch } from './hold-watch';
import { baseOf } from './keys';
import { QueueRoll } from './queue-roll';
import { noteServers } from './server-changes';
import { ProbeWatch } from './probe-watch';
import type { Watched, WatchedQueues } from './watched';
import { WorkerWatch } from './worker-watch';

/** A queue whose server does not answer for longer has a gap, even if the server comes back as it was. */
const UNREAD_IS_GAP_MS = 5_000;
/** Times told just before and after a jump of the clock are not to be relied on. */
const CLOCK_JUMP_MS = 2_000;

export type WatchOptions = {
  /** How often a queue is checked for having gone, or for being written by another version. */
  recheckMs?: number;
};

/** Watches all Bull and BullMQ queues of one Redis database, or of a Cluster: a node that is down costs only its own queues. */
export class RedisWatch implements SourceWatch {
  readonly name: string;
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
  private readonly roll: QueueRoll;
  private readonly counts: CountWatch;
  private handedOver: EventCursors = {};
  private lastError: string | null = null;
  /** ms, broker's clock, of the last look that succeeded. */
  private lastAt: number | null = null;
  /** Queues held by another server than before, whose position in the event stream must be looked at first. */
  private readonly unchecked = new Set<string>();
  /** The server whose clock is told with Bull's events. */
  private clockOf: string | null = null;
  private readonly clock = new BrokerClock();
  private readonly workers: WorkerWatch;
  private readonly holds: HoldWatch;
  private readonly probes: ProbeWatch;
  private readonly pulse: BrokerPulse;
  private stalls: StallSighting[] = [];
  private workersNews: SourceWorkers | null = null;
  private removed: QueueId[] = [];

  constructor(config: RedisSourceConfig, log: Log, { recheckMs = 30_000 }: WatchOptions = {}) {
    this.name = config.name;
    this.address = shownRedisUrl(config.url);
    this.redis = connectRedis(config.url, { name: 'tailback-watch', log });
    this.subscriber = connectSubscriber(config.url, { name: 'tailback-events', log });
    this.redis.on('error', (error: Error) => (this.lastError = troubleWords(error, this.address)));
    this.redis.on('ready', () => (this.lastError = null));
    this.servers = new Servers(this.redis);
    const database = databaseOf(this.redis);
    this.workers = new WorkerWatch(this.name, this.redis, this.servers, database);
    this.holds = new HoldWatch(this.redis, this.queues);
    this.probes = new ProbeWatch(this.redis, this.queues);
    this.pulse = new BrokerPulse(this.servers);
    this.factsWatch = new FactsWatch(this.redis, this.servers, readRedisUrl(config.url).kind, database);
    this.discovery = new Discovery(
      this.redis,
      this.servers,
      config.name,
      whySourceIsReadOnly(config.readOnly),
      config.prefixes,
      (base) => this.workers.libraryOf(base),
    );
    this.bull = new BullEvents(this.subscriber);
    this.bullMq = new BullMqEvents(this.redis);
    this.intake = new EventIntake(this.redis, this.bull, this.bullMq, this.queues);
    this.gaps = new GapDesk(this.redis, this.bull, this.intake, this.queues, this.servers);
    const { redis, servers, queues, discovery, bull, bullMq, gaps } = this;
    const isReadOnly = config.readOnly !== false;
    const isNamed = (base: string) => (this.workers.countOf(base) ?? 0) > 0;
    this.roll = new QueueRoll({
      redis,
      servers,
      queues,
      discovery,
      bull,
      bullMq,
      gaps,
      isNamed,
      recheckMs,
      isReadOnly,
    });
    this.counts = new CountWatch(redis, this.intake, queues, this.workers);
  }

  resumeFrom(cursors: EventCursors): void {
    this.roll.resumeFrom(cursors);
    this.discovery.remember(Object.keys(cursors));
  }

  cursors(): EventCursors {
    return this.handedOver;
  }

  rewind(queueKey: string, cursor: string): void {
    const watched = this.byKey(queueKey);
    const position = readPosition(cursor);
    if (!watched || !position) return;
    watched.lives.forget();
    this.intake.forget(watched.base);
    if (watched.kind === 'bull') this.gaps.openSince(watched, position);
    else this.bullMq.resume(watched.base, position.at);
  }

  heardAs(queueKey: string, ms: number): number | null {
    const watched = this.byKey(queueKey);
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
    this.noteClock(await this.pulse.beat());
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
    for (const { base, id } of await this.roll.dropGone(now)) {
      this.unchecked.delete(base);
      this.removed.push(id);
    }
    this.gaps.openMissed();
    const { at, readings } = await this.counts.step(now);
    await this.gaps.settle();
    // Before the locks are looked at: a job that has stalled may be in other hands by now.
    await this.lookAtStalls();
    const holds = await this.holds.step(now, at);
    // A verdict on who is gone needs to know who is there now.
    if (this.stalls.length > 0 || holds.some(({ jobs }) => jobs.some(({ hasLock }) => !hasLock)))
      await this.askWorkers(now, true);
    const probes = await this.probes.step(now, at);
    await this.factsWatch.step(this.queues, now);
    const { workers: listed } = this.workers;
    for (const gap of this.factsWatch.sameNameGaps(this.queues, listed?.elsewhere, this.lastAt ?? at, at))
      this.intake.tellGap(gap);
    this.markUnread(heardUntil, at);
    this.markUnproven(at);
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
    return { at, readings, unread: this.unread(), removed, ...news, facts, ...workers, holds, stalls, probes };
  }

  /** Where the broker's clock (or ours) jumped, times of events just before and after are not to be relied on. */
  private noteClock(beats: readonly Beat[]): void {
    const [first] = beats;
    if (!first) return;
    if (this.clockOf !== first.server.id) this.clock.reset();
    this.clockOf = first.server.id;
    const before = this.bull.now();
    const jumpedMs = this.clock.note(first.at, first.ms, first.now);
    this.bull.setClockOffset(this.clock.offset());
    if (jumpedMs === 0 || this.lastAt === null) return;
    const reason = `The broker’s clock jumped by ${Math.round(jumpedMs / 1000)} s.`;
    for (const { id } of this.queues.values())
      for (const to of [before, before + jumpedMs])
        this.intake.tellGap({ queue: id, from: to - CLOCK_JUMP_MS, to, reason });
  }

  /** Which queues can be read, and whether by the servers that held them before. */
  private async noteServers(): Promise<void> {
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

  /** Streams keep what is said while their server does not answer, for a while. */
  private markUnread(heardUntil: number, at: number): void {
    for (const watched of this.queues.values()) {
      const { id, unread, reachedAt } = watched;
      if (unread === null) watched.reachedAt = heardUntil;
      else if (reachedAt !== null && at - reachedAt > UNREAD_IS_GAP_MS)
        this.intake.tellGap({
          queue: id,
          from: Math.max(reachedAt, at - 2 * UNREAD_IS_GAP_MS),
          to: at,
          reason: unread,
        });
    }
  }

  /** In a Cluster messages come by way of other nodes, which may lose them without a word. */
  private markUnproven(at: number): void {
    const refusal = isCluster(this.redis) ? this.bull.unprovenBecause() : null;
    if (refusal === null) return;
    const reason = `Bull’s events come by way of other nodes of the Cluster, and Redis does not let Tailback prove that all have come (${refusal}).`;
    this.intake.tellGap({ queue: null, from: this.lastAt ?? at, to: at, reason });
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
    const isNew = found.filter(({ base }) => !this.queues.has(base));
    if (await this.roll.adopt(isNew, now)) this.factsWatch.forgetSameNames();
    // Their workers were listed before anybody knew whose they are.
    if (isNew.some(({ base }) => (this.workers.countOf(base) ?? 0) > 0))
      this.workersNews = this.workers.lastList(this.queues);
  }

  private byKey(queueKey: string): Watched | null {
    for (const watched of this.queues.values()) if (watched.key === queueKey) return watched;
    return null;
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

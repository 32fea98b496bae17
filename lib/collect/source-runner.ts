import type { Redis } from '../redis/connection';
import { throttled, type Log } from '../config/log';
import { FailureKeeper } from '../failures/failure-keeper';
import { backlogOf } from '../domain/backlog';
import type { Broker } from '../domain/broker';
import { messageOf } from '../domain/errors';
import type { QueueId } from '../domain/queue';
import { toQueueKey } from '../domain/queue-key';
import type { SourceWorkers } from '../domain/worker';
import { readPresence } from '../history/history-store';
import { DEFAULT_TIERS, MINUTE_MS, type Tiers } from '../history/tiers';
import type { BrokerFacts, EventGap, QueueReading, SourceReading, SourceWatch } from '../sources/source';
import { toBroker } from './broker-view';
import { loadSlots } from './load-slots';
import { goOn, readProgress } from './go-on';
import { PendingReadings } from './pending-readings';
import { Presence } from './presence';
import { QueueFigures } from './queue-figures';
import { QueueStalls } from './queue-stalls';
import { RunningTotals } from './queue-totals';
import { SchedulerRuns } from './scheduler-runs';
import { SourceNews } from './source-news';
import { takeHolds } from './take-holds';
import { parseTotals, type WatchedQueue } from './watched-queue';

/** Streams are resumed, or read a minute back: their figures are whole from then on. */
const LOOK_BACK_MS = 60_000;

/** A look does not take longer. */
const MAX_LOOK_MS = 15_000;

/** Looks at one source again and again and keeps what it saw. A source that is down costs nobody else anything. */
export class SourceRunner {
  readonly queues = new Map<string, WatchedQueue>();
  readonly news: SourceNews;
  readonly failures: FailureKeeper;
  readonly schedulerRuns = new SchedulerRuns();
  /** ms, broker's clock, of the last look; `null` before the first. */
  lastAt: number | null = null;
  /** ms, broker's clock. */
  firstLookAt: number | null = null;
  /** Connected workers as last listed; `null` before the first list. */
  workers: SourceWorkers | null = null;
  /** Events taken in since figures were last written. */
  unwrittenEvents = 0;
  private readonly removed: string[] = [];
  private state: Broker['state'] = 'connecting';
  private since = Date.now();
  private error: string | null = null;
  private facts: BrokerFacts | null = null;
  private readonly presence: Presence;
  private readonly pending = new PendingReadings();
  /** Totals as stored when this collector started, until their queue is found. */
  private storedTotals: Record<string, string> = {};
  private isPrepared = false;
  private role: 'standby' | 'taking-over' | 'writer' = 'standby';
  private readonly report: (message: string) => void;

  constructor(
    readonly watch: SourceWatch,
    private readonly store: Redis,
    private readonly log: Log,
    private readonly tiers: Tiers = DEFAULT_TIERS,
  ) {
    this.presence = new Presence(tiers.series);
    this.failures = new FailureKeeper(store, watch.name, (queue, cursor, limit) =>
      watch.failedJobs(queue, cursor, limit),
    );
    this.news = new SourceNews(watch.name, this.queues, this.presence, this.failures, () => this.lastAt ?? Date.now());
    this.report = throttled(60_000, (suppressed, message) =>
      log.warn({ source: watch.name, suppressed }, `source is down: ${message}`),
    );
  }

  /** One look; never throws. */
  async look(): Promise<void> {
    try {
      if (!this.isPrepared) await this.prepare();
      else if (this.role === 'taking-over') await this.becomeWriter();
      this.pending.add(await this.watch.look());
      await this.pending.drain(async (reading) => {
        await this.loadBases(reading);
        this.take(reading);
      });
      this.news.cursors = this.watch.cursors();
      this.setState('up', null);
    } catch (error) {
      this.report(messageOf(error));
      this.setState('down', messageOf(error));
    }
  }

  broker(): Broker {
    const { state, since, error, facts } = this;
    const queues = this.firstLookAt === null ? null : this.queues.size;
    return toBroker(this.watch, { state, since, error, facts, queues });
  }

  /** Whether the whole keyspace was gone through since the start: what was not found then is not there. */
  wasSearched(): boolean {
    return this.facts?.scan.lastCompletedAt != null;
  }

  isUp(): boolean {
    return this.state === 'up';
  }

  /** Keys of queues that have gone since the last call. */
  takeRemoved(): string[] {
    return this.removed.splice(0);
  }

  /** This collector writes from now on; the next look begins with going on where the store stands. */
  takeOver(): void {
    this.role = 'taking-over';
  }

  /** Another collector writes from now on. What is read in this moment may be there already: wholly ours is what follows. */
  standBy(): void {
    this.role = 'standby';
    const from = minuteAfter((this.lastAt ?? 0) + MAX_LOOK_MS);
    for (const queue of this.queues.values()) queue.wholeFrom = from;
  }

  /** Whether what is here may be written. */
  isWriter(): boolean {
    return this.role === 'writer';
  }

  /** Goes on counting the failed jobs that queues keep; only the collector that writes does. */
  tendFailures(isWriter: boolean): void {
    const now = this.lastAt;
    if (now === null || !this.isUp()) return;
    if (!isWriter) this.failures.forgetOld(now);
    else
      this.failures.scan(
        [...this.queues.values()].map(({ key, reading, totals }) => ({
          key,
          id: reading.id,
          failed: reading.counts.failed,
          watchedSince: totals.value().since,
        })),
        now,
      );
  }

  async close(): Promise<void> {
    await this.watch.close();
  }

  private async prepare(): Promise<void> {
    const { cursors, totals } = await readProgress(this.store, this.watch.name);
    this.storedTotals = totals;
    this.news.writtenCursors = cursors;
    this.watch.resumeFrom(cursors);
    this.isPrepared = true;
    if (this.role === 'taking-over') this.role = 'writer';
  }

  private async becomeWriter(): Promise<void> {
    const progress = await readProgress(this.store, this.watch.name);
    const rewound = await goOn([...this.queues.values()], progress, {
      source: this.watch,
      store: this.store,
      news: this.news,
      tiers: this.tiers,
      forget: (queueKey) => this.pending.forget(queueKey),
      now: this.lastAt ?? Date.now(),
    });
    this.presence.markAllUnwritten();
    await this.failures.takeOver((queueKey) => rewound.has(queueKey));
    this.news.writtenCursors = progress.cursors;
    const unknown = (entries: Record<string, string>) =>
      Object.fromEntries(Object.entries(entries).filter(([key]) => !this.queues.has(key)));
    this.storedTotals = unknown(progress.totals);
    this.watch.resumeFrom(unknown(progress.cursors));
    this.role = 'writer';
  }

  /**
   * Slots that another collector (or this one before a restart, or a minute ago) had begun are gone on with, not begun
   * anew: whatever this reading touches and is not held in memory is read first. While another one writes, slots change
   * under our hands: they are read when this one takes over.
   */
  private async loadBases(reading: SourceReading): Promise<void> {
    const presence = this.presence.wanted(reading.at);
    const covered = presence.length === 0 ? [] : await readPresence(this.store, this.watch.name, presence);
    this.addNew(reading);
    await loadSlots(this.store, this.wantedBy(reading));
    for (const [index, { tier, at }] of presence.entries()) this.presence.load(tier, at, covered[index] ?? 0);
  }

  private addNew({ at, readings }: SourceReading): void {
    for (const reading of readings) {
      const queueKey = toQueueKey(reading.id);
      if (this.queues.has(queueKey)) continue;
      const figures = new QueueFigures(this.exactSince(reading, at, queueKey), at, this.tiers);
      const since = reading.kind === 'bullmq' ? at - LOOK_BACK_MS : at;
      const totals = new RunningTotals(parseTotals(this.storedTotals[queueKey]), since);
      delete this.storedTotals[queueKey];
      const isBased = this.role === 'writer';
      const wholeFrom = isBased ? -Infinity : minuteAfter(at);
      const stalls = new QueueStalls();
      this.queues.set(queueKey, { key: queueKey, reading, figures, totals, wholeFrom, isBased, unread: null, stalls });
    }
  }

  private wantedBy({ readings, events, gaps }: SourceReading) {
    const eventsOf = new Map(events.map(({ queue, events: list }) => [toQueueKey(queue), list]));
    const readAt = new Map(readings.map((reading) => [toQueueKey(reading.id), reading.at]));
    const gapsOf = new Map<string, EventGap[]>();
    for (const gap of gaps)
      for (const { key } of this.affected(gap.queue)) gapsOf.set(key, [...(gapsOf.get(key) ?? []), gap]);
    return [...new Set([...eventsOf.keys(), ...readAt.keys(), ...gapsOf.keys()])].flatMap((key) => {
      const queue = this.queues.get(key);
      if (!queue) return [];
      const wanted = queue.figures.wanted(eventsOf.get(key) ?? [], gapsOf.get(key) ?? [], readAt.get(key) ?? null);
      const mayBeRead = ({ at }: { at: number }) => queue.isBased && (this.role === 'writer' || at < queue.wholeFrom);
      const slots = { series: wanted.series.filter(mayBeRead), names: wanted.names.filter(mayBeRead) };
      return [{ queue, slots }];
    });
  }

  private exactSince(reading: QueueReading, at: number, queueKey: string): number {
    if (this.firstLookAt !== null) return 0;
    if (reading.kind !== 'bullmq') return at;
    return this.news.writtenCursors[queueKey] === undefined ? at - LOOK_BACK_MS : 0;
  }

  private take(reading: SourceReading): void {
    const { at, readings, unread = [], removed, events, gaps, facts, workers } = reading;
    this.facts = facts;
    this.workers = workers ?? this.workers;
    this.presence.looked(at);
    this.lastAt = at;
    this.firstLookAt ??= at;
    for (const reading of readings) {
      const watched = this.queues.get(toQueueKey(reading.id));
      if (!watched) continue;
      watched.reading = reading;
      watched.figures.observe(reading, backlogOf(reading.counts));
    }
    const problems = new Map(unread.map(({ queue, reason }) => [toQueueKey(queue), reason]));
    for (const watched of this.queues.values()) watched.unread = problems.get(watched.key) ?? null;
    for (const { queue, events: list } of events) {
      this.unwrittenEvents += list.length;
      const watched = this.queues.get(toQueueKey(queue));
      if (!watched) continue;
      watched.figures.take(list);
      watched.totals.take(list);
      this.failures.take(watched.key, list);
      this.schedulerRuns.take(watched.key, list);
    }
    takeHolds(reading, this.queues, this.workers);
    for (const gap of gaps)
      for (const watched of this.affected(gap.queue)) watched.figures.markGap(gap.from, gap.to, gap.reason, gap.exact);
    for (const id of removed) {
      const key = toQueueKey(id);
      if (!this.queues.delete(key)) continue;
      this.removed.push(key);
      this.news.queueEnded(key);
    }
  }

  private affected(queue: QueueId | null): WatchedQueue[] {
    if (queue === null) return [...this.queues.values()].filter(({ reading }) => reading.kind === 'bull');
    const watched = this.queues.get(toQueueKey(queue));
    return watched ? [watched] : [];
  }

  private setState(state: 'up' | 'down', error: string | null): void {
    this.error = error;
    if (state === this.state) return;
    if (state === 'up') this.log.info({ source: this.watch.name }, 'source is up');
    this.state = state;
    this.since = Date.now();
  }
}

function minuteAfter(at: number): number {
  return Math.ceil(at / MINUTE_MS) * MINUTE_MS;
}

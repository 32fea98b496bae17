import type { Redis } from '../redis/connection';
import { throttled, type Log } from '../config/log';
import { FailureKeeper } from '../failures/failure-keeper';
import type { Broker } from '../domain/broker';
import { messageOf } from '../domain/errors';
import { toQueueKey } from '../domain/queue-key';
import { Lately } from '../diagnose/lately';
import type { SourceWorkers } from '../domain/worker';
import { DEFAULT_TIERS, type Tiers } from '../history/tiers';
import type { BrokerFacts, QueueReading, SourceReading, SourceWatch } from '../sources/source';
import { toBroker } from './broker-view';
import { readProgress } from './go-on';
import { Presence } from './presence';
import { QueueBytes } from './queue-bytes';
import { QueueFigures } from './queue-figures';
import { QueueStalls } from './queue-stalls';
import { RunningTotals } from './queue-totals';
import { RecentFigures } from './recent-figures';
import { SchedulerRuns } from './scheduler-runs';
import { SourceLedger } from './source-ledger';
import { SourceNews } from './source-news';
import { SourceQueues } from './source-queues';
import { takeHolds } from './take-holds';
import { parseTotals, type WatchedQueue } from './watched-queue';

/** Streams are resumed, or read a minute back: their figures are whole from then on. */
const LOOK_BACK_MS = 60_000;

/** Looks at one source again and again and keeps what it saw. A source that is down costs nobody else anything. */
export class SourceRunner {
  private readonly known = new SourceQueues();
  readonly queues: ReadonlyMap<string, WatchedQueue> = this.known.here;
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
  private readonly ledger: SourceLedger;
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
    const presence = new Presence(tiers.series);
    this.failures = new FailureKeeper(store, watch.name, (queue, cursor, limit) =>
      watch.failedJobs(queue, cursor, limit),
    );
    this.news = new SourceNews(watch.name, this.known, presence, this.failures, () => this.lastAt ?? Date.now());
    const { failures, schedulerRuns, news } = this;
    this.ledger = new SourceLedger({
      store,
      watch,
      queues: this.known,
      presence,
      failures,
      schedulerRuns,
      news,
      tiers,
    });
    this.report = throttled(60_000, (suppressed, message) =>
      log.warn({ source: watch.name, suppressed }, `source is down: ${message}`),
    );
  }

  /** One look; never throws. */
  async look(): Promise<void> {
    try {
      if (!this.isPrepared) await this.prepare();
      else if (this.role === 'taking-over') await this.becomeWriter();
      const reading = await this.watch.look();
      this.see(reading);
      this.ledger.add(reading);
      if (this.isWriter()) await this.ledger.takeHeld(() => this.isWriter());
      else await this.ledger.waitForOther(reading.at);
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

  /** When the broker last answered late (ms, its clock); `null` when it did not lately. */
  lastSlowAt(): number | null {
    return this.facts?.slowSpells?.at(-1)?.at ?? null;
  }

  /** Keys of queues that have gone since the last call. */
  takeRemoved(): string[] {
    return this.removed.splice(0);
  }

  /** This collector writes from now on; the next look begins with going on where the store stands. */
  takeOver(): void {
    this.role = 'taking-over';
  }

  /** Another collector writes from now on. */
  standBy(): void {
    this.role = 'standby';
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
    this.ledger.goOn(progress, this.firstLookAt, this.lastAt ?? Date.now());
    const unknown = (entries: Record<string, string>) =>
      Object.fromEntries(Object.entries(entries).filter(([key]) => !this.queues.has(key)));
    this.storedTotals = unknown(progress.totals);
    this.watch.resumeFrom(unknown(progress.cursors));
    this.role = 'writer';
  }

  private addNew({ at, readings }: SourceReading): void {
    for (const reading of readings) {
      const queueKey = toQueueKey(reading.id);
      if (this.queues.has(queueKey)) continue;
      const exactSince = this.exactSince(reading, at, queueKey);
      const recent = new RecentFigures(exactSince);
      const figures = new QueueFigures(at, this.tiers);
      // What lies further back was counted by others, and is not known here.
      const lately = new Lately(Math.max(exactSince, reading.kind === 'bullmq' ? at - LOOK_BACK_MS : at));
      const since = reading.kind === 'bullmq' ? at - LOOK_BACK_MS : at;
      const totals = new RunningTotals(parseTotals(this.storedTotals[queueKey]), since);
      delete this.storedTotals[queueKey];
      const stalls = new QueueStalls();
      const more = { heardFrom: reading.at, unread: null, stalls, lately, probe: null, bytes: new QueueBytes() };
      this.known.add({ key: queueKey, reading, recent, figures, totals, ...more });
    }
  }

  private exactSince(reading: QueueReading, at: number, queueKey: string): number {
    if (this.firstLookAt !== null) return 0;
    if (reading.kind !== 'bullmq') return at;
    return this.news.writtenCursors[queueKey] === undefined ? at - LOOK_BACK_MS : 0;
  }

  /** Takes in what is shown, whoever writes. */
  private see(reading: SourceReading): void {
    const { at, readings, unread = [], removed, events, gaps, facts, workers } = reading;
    this.facts = facts;
    this.workers = workers ?? this.workers;
    this.addNew(reading);
    this.lastAt = at;
    this.firstLookAt ??= at;
    for (const reading of readings) {
      const watched = this.queues.get(toQueueKey(reading.id));
      if (watched) watched.reading = reading;
    }
    const problems = new Map(unread.map(({ queue, reason }) => [toQueueKey(queue), reason]));
    for (const watched of this.queues.values()) watched.unread = problems.get(watched.key) ?? null;
    for (const { queue, events: list } of events) {
      this.unwrittenEvents += list.length;
      const watched = this.queues.get(toQueueKey(queue));
      if (!watched) continue;
      watched.recent.take(list);
      watched.lately.take(list);
      this.failures.hear(watched.key, list);
    }
    for (const { queue, probe } of reading.probes ?? []) {
      const watched = this.queues.get(toQueueKey(queue));
      if (watched) watched.probe = probe;
    }
    takeHolds(reading, this.queues, this.workers);
    for (const gap of gaps)
      for (const { recent, lately } of this.known.affected(gap.queue)) {
        recent.markGap(gap.to, gap.reason);
        lately.markGap(gap.to);
      }
    for (const id of removed) {
      const key = toQueueKey(id);
      if (!this.known.remove(key, at)) continue;
      this.removed.push(key);
      this.news.queueEnded(key);
    }
  }

  private setState(state: 'up' | 'down', error: string | null): void {
    this.error = error;
    if (state === this.state) return;
    if (state === 'up') this.log.info({ source: this.watch.name }, 'source is up');
    this.state = state;
    this.since = Date.now();
  }
}

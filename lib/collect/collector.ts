import type { Redis } from '../redis/connection';
import type { AlertEngine } from '../alerts/alert-engine';
import { throttled, type Log } from '../config/log';
import { diagnose, NO_MEMORY, type DiagnosisMemory } from '../diagnose/diagnose';
import { messageOf } from '../domain/errors';
import type { Queue, Verdict } from '../domain/queue';
import type { SourceWatch } from '../sources/source';
import { liveMetaSchema, type Publication } from '../live/publication';
import type { Broker } from '../domain/broker';
import type { QueueTotals } from '../domain/totals';
import { ChunkCloser } from '../history/chunk-closer';
import { DEFAULT_TIERS, type Tiers } from '../history/tiers';
import type { SourceWorkers } from '../domain/worker';
import { keys } from '../store/keys';
import { batches, type Command, type Lease } from '../store/lease';
import { claimSchema } from '../store/schema';
import { ObservedMarks, type Predecessor } from '../marks/observed-marks';
import { markCommands, parse as parseMark } from '../marks/mark-store';
import { SourceRunner, type UnwrittenTotals } from './source-runner';
import { StoreGuard } from './store-guard';
import { toQueue } from './to-queue';
import { WorkerBoard } from './worker-board';

const TICK_MS = 1_000;
/** Packing of old chunks may take this much of a round of writing. */
const CLOSING_BUDGET_MS = 100;
const FLUSH_EVERY_MS = 5_000;
const BROKERS_EVERY_MS = 2_000;
/** Marks of the last minutes may say already what is about to be written. */
const RECENT_MARKS_MS = 120_000;
/** A look that takes longer than this does not delay the publication of the other sources. */
const LOOK_PATIENCE_MS = 500;

export type CollectorOptions = {
  store: Redis;
  lease: Lease;
  watches: SourceWatch[];
  alerts: AlertEngine;
  alertCheckSeconds: number;
  storeMaxMb: number;
  tiers?: Tiers;
  log: Log;
};

/**
 * The one loop behind everything that is shown: look at all sources, judge, write, publish. Any number of collectors
 * may run; all look, so that the next one is ready, and the one that holds the lease writes.
 */
export class Collector {
  private readonly runners: SourceRunner[];
  private readonly guard: StoreGuard;
  private readonly closer: ChunkCloser;
  private readonly looking = new Map<SourceRunner, Promise<void>>();
  private readonly memories = new Map<string, DiagnosisMemory>();
  private readonly verdicts = new Map<string, Verdict[]>();
  /** Queue key → JSON as last published, without the time of reading. */
  private readonly published = new Map<string, string>();
  private readonly seen = new Set<string>();
  private queues: Queue[] = [];
  /** Keys of queues that have gone, not yet published. */
  private gone: string[] = [];
  private epoch: number | null = null;
  private seq = 0;
  private flushedAt = 0;
  private brokersAt = 0;
  private brokersText = '';
  private judgedAt = 0;
  private alertsText = '';
  private alertsAreStored = true;
  private isDelivering = false;
  private historyPaused: string | null = null;
  /** Totals to say with the next publication: they are stored first, so that nobody who reads the store has older ones. */
  private totals: Record<string, QueueTotals> = {};
  private schemaIsOurs = false;
  private readonly marks = new ObservedMarks();
  private readonly board = new WorkerBoard();
  private readonly report: (message: string) => void;

  constructor(private readonly options: CollectorOptions) {
    const { store, watches, log, storeMaxMb, tiers = DEFAULT_TIERS } = options;
    this.runners = watches.map((watch) => new SourceRunner(watch, store, log, tiers));
    this.closer = new ChunkCloser(store, tiers);
    this.guard = new StoreGuard(store, storeMaxMb);
    this.report = throttled(60_000, (suppressed, message) => log.warn({ suppressed }, message));
  }

  /** Runs until `signal` aborts, then hands over: writes what is left and gives the lease back. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const start = performance.now();
      await this.tick();
      await sleep(Math.max(20, TICK_MS - (performance.now() - start)), signal);
    }
    await this.handOver();
    await Promise.allSettled(this.runners.map((runner) => runner.close()));
  }

  private async tick(): Promise<void> {
    const isWriter = await this.holdLease();
    await this.lookAtAll();
    this.queues = this.judgeQueues();
    this.lookForMarks(isWriter);
    if (!isWriter) return;
    try {
      await this.publish();
      await this.judgeAlerts();
      if (Date.now() - this.flushedAt >= FLUSH_EVERY_MS) await this.flush();
    } catch (error) {
      this.report(`the store could not be written: ${messageOf(error)}`);
      if (messageOf(error).startsWith('FENCED')) this.loseLease();
    }
  }

  private async holdLease(): Promise<boolean> {
    const { lease, log, store } = this.options;
    try {
      if (!this.schemaIsOurs) {
        await claimSchema(store);
        this.schemaIsOurs = true;
      }
      const isOurs = await lease.hold();
      const token = lease.token();
      if (isOurs && token !== this.epoch) {
        log.info({ token }, 'this collector writes from now on');
        await this.takeOver(token as number);
      } else if (!isOurs && this.epoch !== null) this.loseLease();
      return isOurs;
    } catch (error) {
      this.report(`the store does not answer: ${messageOf(error)}`);
      return false;
    }
  }

  private async takeOver(token: number): Promise<void> {
    const { store, alerts } = this.options;
    alerts.load(await store.get(keys.alertState));
    const before = await this.predecessor();
    for (const runner of this.runners) await runner.takeOver();
    this.totals = {};
    this.published.clear();
    this.seen.clear();
    this.board.reset();
    const now = Date.now();
    const watchingSince = Math.min(now, ...this.runners.map(({ firstLookAt }) => firstLookAt ?? now));
    this.marks.tookOver(token, this.options.lease.holder, before, watchingSince, now);
    this.brokersText = '';
    this.alertsText = '';
    this.alertsAreStored = true;
    this.judgedAt = 0;
    this.seq = 0;
    this.epoch = token;
  }

  private async predecessor(): Promise<Predecessor | null> {
    const [meta, brokers] = await this.options.store.mget(keys.liveMeta, keys.liveBrokers);
    if (!meta) return null;
    const { at, holder } = liveMetaSchema.parse(JSON.parse(meta));
    return { at, holder, brokers: brokers ? (JSON.parse(brokers) as Broker[]) : [] };
  }

  private workers(): SourceWorkers[] {
    return this.runners.map(({ workers }) => workers).filter((workers) => workers !== null);
  }

  private lookForMarks(isWriter: boolean): void {
    const now = Date.now();
    this.marks.look(
      this.queues,
      this.runners.map((runner) => runner.broker()),
      this.workers(),
      now,
    );
    if (!isWriter) this.marks.keepNewest(now);
  }

  private loseLease(): void {
    this.options.log.warn('another collector writes now');
    this.options.lease.drop();
    this.epoch = null;
  }

  /** A source whose last look still runs is not looked at again; nobody waits long for a slow one. */
  private async lookAtAll(): Promise<void> {
    for (const runner of this.runners) {
      if (this.looking.has(runner)) continue;
      this.looking.set(
        runner,
        runner.look().finally(() => this.looking.delete(runner)),
      );
    }
    await Promise.race([Promise.all(this.looking.values()), sleep(LOOK_PATIENCE_MS)]);
  }

  private judgeQueues(): Queue[] {
    const queues: Queue[] = [];
    for (const runner of this.runners) {
      const now = runner.lastAt;
      if (now === null) continue;
      for (const watched of runner.queues.values()) {
        const queue = toQueue(watched, now, this.verdicts.get(watched.key) ?? []);
        // A source that is down proves nothing about its queues: they keep their verdicts.
        if (runner.isUp()) queue.verdicts = this.diagnose(queue, now);
        queues.push(queue);
      }
    }
    return queues;
  }

  private diagnose(queue: Queue, now: number): Verdict[] {
    const { verdicts, memory } = diagnose(queue, this.memories.get(queue.key) ?? NO_MEMORY, now);
    this.memories.set(queue.key, memory);
    this.verdicts.set(queue.key, verdicts);
    return verdicts;
  }

  private async publish(): Promise<void> {
    const { lease } = this.options;
    const isReset = this.seq === 0;
    const removed = this.goneQueues();
    for (const key of removed) {
      this.published.delete(key);
      this.memories.delete(key);
      this.verdicts.delete(key);
    }
    this.marks.forget(removed);
    const changed: [Queue, string][] = [];
    for (const queue of this.queues) {
      const text = JSON.stringify({ ...queue, readAt: 0 });
      if (this.published.get(queue.key) !== text) changed.push([queue, text]);
    }
    const brokers = this.brokersIfChanged();
    const workers = this.board.news(this.workers(), Date.now());
    const view = this.options.alerts.view();
    const alertsText = JSON.stringify({ ...view, at: 0 });
    const alerts = alertsText === this.alertsText ? undefined : view;
    const at = Math.max(0, ...this.runners.map(({ lastAt }) => lastAt ?? 0)) || Date.now();
    this.seq += 1;
    const head = {
      epoch: this.epoch as number,
      seq: this.seq,
      at,
      holder: lease.holder,
      historyPaused: this.historyPaused,
    };
    const publication: Publication = {
      ...head,
      changes: changed.map(([queue]) => queue),
      removed,
      ...(brokers ? { brokers } : {}),
      ...(alerts ? { alerts } : {}),
      ...(workers ? { workers: workers.sources } : {}),
      ...(Object.keys(this.totals).length > 0 ? { totals: this.totals } : {}),
    };
    const groups: Command[][] = [];
    // A new writer knows all queues: what its predecessor knew and it does not is gone.
    if (isReset) groups.push([['DEL', keys.liveQueues]]);
    for (const [queue] of changed) groups.push([['HSET', keys.liveQueues, queue.key, JSON.stringify(queue)]]);
    if (removed.length > 0) groups.push([['HDEL', keys.liveQueues, ...removed]]);
    for (const [queue] of changed)
      if (!this.seen.has(queue.key)) groups.push([['HSETNX', keys.firstSeen, queue.key, at]]);
    const tail: Command[] = [['SET', keys.liveMeta, JSON.stringify(head)]];
    if (brokers) tail.push(['SET', keys.liveBrokers, JSON.stringify(brokers)]);
    if (alerts) tail.push(['SET', keys.liveAlerts, JSON.stringify(alerts)]);
    if (workers) tail.push(['SET', keys.liveWorkers, JSON.stringify(workers.sources)]);
    tail.push(['PUBLISH', keys.liveChannel, JSON.stringify(publication)]);
    groups.push(tail);
    for (const batch of batches(groups)) await lease.write(batch);
    for (const [queue, text] of changed) {
      this.published.set(queue.key, text);
      this.seen.add(queue.key);
    }
    this.gone = [];
    if (alerts) this.alertsText = alertsText;
    this.totals = {};
    workers?.settle();
  }

  /** Kept until they are published; a queue that has come back meanwhile is not gone. */
  private goneQueues(): string[] {
    this.gone.push(...this.runners.flatMap((runner) => runner.takeRemoved()));
    this.gone = this.gone.filter((key) => !this.runners.some(({ queues }) => queues.has(key)));
    return this.gone;
  }

  private brokersIfChanged() {
    const brokers = this.runners.map((runner) => runner.broker());
    const states = JSON.stringify(brokers.map(({ state, error }) => [state, error]));
    if (states === this.brokersText && Date.now() - this.brokersAt < BROKERS_EVERY_MS) return undefined;
    this.brokersText = states;
    this.brokersAt = Date.now();
    return brokers;
  }

  /** Rules are checked at their own pace; states are stored before anything is sent, so that a crash repeats but loses nothing. */
  private async judgeAlerts(): Promise<void> {
    const { alerts, alertCheckSeconds } = this.options;
    if (Date.now() - this.judgedAt >= alertCheckSeconds * 1000) {
      // A source that never answered has no queues yet: judging now would find them all gone.
      if (this.runners.every(({ lastAt }) => lastAt === null)) return;
      this.judgedAt = Date.now();
      const up = this.runners.filter((runner) => runner.isUp());
      const names = (runners: readonly SourceRunner[]) => new Set(runners.map(({ watch }) => watch.name));
      alerts.round(this.queues, names(up), names(up.filter((runner) => runner.wasSearched())));
      this.marks.lookAtAlerts(alerts.view().alerts, this.judgedAt);
      this.alertsAreStored = false;
    }
    if (!this.alertsAreStored) await this.storeAlerts();
    if (!this.isDelivering) void this.deliver();
  }

  private async deliver(): Promise<void> {
    this.isDelivering = true;
    try {
      if (await this.options.alerts.deliver()) this.alertsAreStored = false;
    } catch (error) {
      this.report(`alerts could not be delivered: ${messageOf(error)}`);
    } finally {
      this.isDelivering = false;
    }
  }

  private async storeAlerts(): Promise<void> {
    this.alertsAreStored = true;
    try {
      await this.options.lease.write([['SET', keys.alertState, this.options.alerts.toJson()]]);
    } catch (error) {
      this.alertsAreStored = false;
      throw error;
    }
  }

  private async flush(): Promise<void> {
    this.flushedAt = Date.now();
    this.historyPaused = await this.guard.objection(Date.now());
    if (this.historyPaused !== null) {
      for (const runner of this.runners) this.sayTotals(runner.unwrittenTotals());
      return;
    }
    await this.writeMarks();
    for (const runner of this.runners) {
      const { groups, settle, totals } = runner.unwritten();
      for (const batch of batches(groups)) await this.options.lease.write(batch);
      settle();
      this.sayTotals(totals);
    }
    // Not before a source has told its time: chunks end by the broker's clock.
    const now = Math.max(...this.runners.map(({ lastAt }) => lastAt ?? -Infinity));
    if (Number.isFinite(now))
      await this.closer.run(now, CLOSING_BUDGET_MS, (commands) => this.options.lease.write(commands));
  }

  private sayTotals(unwritten: UnwrittenTotals): void {
    for (const [key, { totals }] of unwritten) this.totals[key] = totals;
  }

  private async writeMarks(): Promise<void> {
    const { store, lease } = this.options;
    const now = Date.now();
    if (!this.marks.hasDue(now)) return;
    const recent = await store.zrangebyscore(keys.marks, now - RECENT_MARKS_MS, '+inf');
    const stored = recent.map(parseMark).filter((mark) => mark !== null);
    const { marks, settle } = this.marks.due(now, stored);
    for (const batch of batches([markCommands(marks, now)])) await lease.write(batch);
    settle();
  }

  private async handOver(): Promise<void> {
    await Promise.race([Promise.allSettled(this.looking.values()), sleep(1_000)]);
    if (this.epoch === null) return;
    try {
      await this.flush();
      await this.storeAlerts();
      await this.options.lease.release();
    } catch (error) {
      this.report(`the last figures could not be written: ${messageOf(error)}`);
    }
  }
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

import type { Redis } from '../redis/connection';
import type { AlertEngine } from '../alerts/alert-engine';
import { AlertSettingsStore, type GivenRules } from '../alerts/settings-store';
import { throttled, type Log } from '../config/log';
import type { Broker } from '../domain/broker';
import { messageOf } from '../domain/errors';
import type { Queue } from '../domain/queue';
import type { SourceWorkers } from '../domain/worker';
import { DEFAULT_TIERS, type Tiers } from '../history/tiers';
import { liveMetaSchema } from '../live/publication';
import { ObservedMarks, type Predecessor } from '../marks/observed-marks';
import type { SourceWatch } from '../sources/source';
import { keys } from '../store/keys';
import type { Lease } from '../store/lease';
import { claimSchema } from '../store/schema';
import type { Heartbeat } from '../channels/heartbeat';
import { AlertRounds } from './alert-rounds';
import { HistoryWriter } from './history-writer';
import { Publisher } from './publisher';
import { sleep } from './sleep';
import { SourceRunner } from './source-runner';
import { VerdictDesk } from './verdict-desk';

const TICK_MS = 1_000;
/** A look that takes longer than this does not delay the publication of the other sources. */
const LOOK_PATIENCE_MS = 500;

export type CollectorOptions = {
  store: Redis;
  lease: Lease;
  watches: SourceWatch[];
  alerts: AlertEngine;
  /** Rules of the configuration file, or those that hold without one. */
  alertRules: GivenRules;
  alertCheckSeconds: number;
  /** Tells a dead-man's switch that rules are checked. */
  heartbeat?: Heartbeat | null;
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
  private readonly looking = new Map<SourceRunner, Promise<void>>();
  private readonly desk: VerdictDesk;
  private readonly marks = new ObservedMarks();
  private readonly publisher: Publisher;
  private readonly history: HistoryWriter;
  private readonly rounds: AlertRounds;
  private queues: Queue[] = [];
  /** Keys of queues that have gone, not yet published. */
  private gone: string[] = [];
  private epoch: number | null = null;
  private schemaIsOurs = false;
  private readonly report: (message: string) => void;

  constructor(private readonly options: CollectorOptions) {
    const {
      store,
      lease,
      watches,
      alerts,
      alertRules,
      alertCheckSeconds,
      log,
      storeMaxMb,
      tiers = DEFAULT_TIERS,
    } = options;
    this.report = throttled(60_000, (suppressed, message) => log.warn({ suppressed }, message));
    this.runners = watches.map((watch) => new SourceRunner(watch, store, log, tiers));
    this.desk = new VerdictDesk(store, tiers);
    this.publisher = new Publisher(lease);
    this.history = new HistoryWriter(store, lease, this.marks, tiers, storeMaxMb);
    this.rounds = new AlertRounds(
      alerts,
      new AlertSettingsStore(store),
      alertRules,
      lease,
      alertCheckSeconds,
      this.report,
      options.heartbeat,
    );
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
    this.desk.learn(this.runners, (error) => this.report(`the history could not be read: ${messageOf(error)}`));
    this.queues = this.desk.judge(this.runners);
    this.lookForMarks(isWriter);
    for (const runner of this.runners) runner.tendFailures(isWriter);
    if (!isWriter) return;
    try {
      await this.rounds.refresh();
      await this.publish();
      const judgedAt = this.rounds.round(this.queues, this.runners);
      if (judgedAt !== null) this.marks.lookAtAlerts(this.options.alerts.view().alerts, judgedAt);
      await this.rounds.settle();
      if (this.history.isDue(this.runners)) await this.history.write(this.runners, this.publisher);
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
    const { store, lease } = this.options;
    this.rounds.takeOver(await store.get(keys.alertState));
    const before = await this.predecessor();
    for (const runner of this.runners) runner.takeOver();
    this.publisher.reset();
    const now = Date.now();
    const watchingSince = Math.min(now, ...this.runners.map(({ firstLookAt }) => firstLookAt ?? now));
    this.marks.tookOver(token, lease.holder, before, watchingSince, now);
    this.epoch = token;
  }

  private async predecessor(): Promise<Predecessor | null> {
    const [meta, brokers] = await this.options.store.mget(keys.liveMeta, keys.liveBrokers);
    if (!meta) return null;
    const { at, holder } = liveMetaSchema.parse(JSON.parse(meta));
    return { at, holder, brokers: brokers ? (JSON.parse(brokers) as Broker[]) : [] };
  }

  private loseLease(): void {
    this.options.log.warn('another collector writes now');
    this.options.lease.drop();
    for (const runner of this.runners) runner.standBy();
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

  private lookForMarks(isWriter: boolean): void {
    const now = Date.now();
    const brokers = this.runners.map((runner) => runner.broker());
    this.marks.look(this.queues, brokers, this.workers(), now);
    if (!isWriter) this.marks.keepNewest(now);
  }

  private workers(): SourceWorkers[] {
    return this.runners.map(({ workers }) => workers).filter((workers) => workers !== null);
  }

  private async publish(): Promise<void> {
    const removed = this.goneQueues();
    this.desk.forget(removed);
    this.marks.forget(removed);
    await this.publisher.publish(this.epoch as number, {
      at: Math.max(0, ...this.runners.map(({ lastAt }) => lastAt ?? 0)) || Date.now(),
      queues: this.queues,
      removed,
      brokers: this.runners.map((runner) => this.desk.judgeBroker(runner.broker(), runner)),
      workers: this.workers(),
      alerts: this.options.alerts.view(),
      historyPaused: this.history.pausedBecause,
    });
    this.gone = [];
  }

  /** Kept until they are published; a queue that has come back meanwhile is not gone. */
  private goneQueues(): string[] {
    this.gone.push(...this.runners.flatMap((runner) => runner.takeRemoved()));
    this.gone = this.gone.filter((key) => !this.runners.some(({ queues }) => queues.has(key)));
    return this.gone;
  }

  private async handOver(): Promise<void> {
    await Promise.race([Promise.allSettled(this.looking.values()), sleep(1_000)]);
    if (this.epoch === null) return;
    try {
      await this.history.write(this.runners, this.publisher);
      await this.rounds.store();
      await this.options.lease.release();
    } catch (error) {
      this.report(`the last figures could not be written: ${messageOf(error)}`);
    }
  }
}

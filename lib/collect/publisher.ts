import type { Alerts } from '../domain/alert';
import type { Broker } from '../domain/broker';
import type { Queue } from '../domain/queue';
import type { QueueTotals } from '../domain/totals';
import type { SourceWorkers } from '../domain/worker';
import type { Publication } from '../live/publication';
import { keys } from '../store/keys';
import { batches, type Command, type Lease } from '../store/lease';
import { WorkerBoard } from './worker-board';

const BROKERS_EVERY_MS = 2_000;

/** All that is to be told in one round. `at`: ms, broker's clock. */
export type Tidings = {
  at: number;
  queues: readonly Queue[];
  /** Keys of queues that have gone. */
  removed: readonly string[];
  brokers: readonly Broker[];
  workers: readonly SourceWorkers[];
  alerts: Alerts;
  historyPaused: string | null;
};

/** Says what has changed since it last said something: into the store, and to everybody who listens. */
export class Publisher {
  /** Queue key → as last published, and its JSON without the time of reading. */
  private readonly published = new Map<string, { queue: Queue; text: string }>();
  private readonly seen = new Set<string>();
  private readonly board = new WorkerBoard();
  private seq = 0;
  private brokersAt = 0;
  private brokersText = '';
  private alertsText = '';
  /** Totals to say with the next publication: they are stored first, so that nobody who reads the store has older ones. */
  private totals: Record<string, QueueTotals> = {};

  constructor(private readonly lease: Lease) {}

  /** A new writer says everything anew. */
  reset(): void {
    this.published.clear();
    this.seen.clear();
    this.board.reset();
    this.totals = {};
    this.brokersText = '';
    this.alertsText = '';
    this.seq = 0;
  }

  addTotals(totals: Iterable<[queueKey: string, QueueTotals]>): void {
    for (const [key, value] of totals) this.totals[key] = value;
  }

  /** @throws when the store does not take it; the next call says it again */
  async publish(epoch: number, tidings: Tidings): Promise<void> {
    const { at, removed, historyPaused } = tidings;
    // A new writer knows all queues: what its predecessor knew and it does not is gone.
    const isReset = this.seq === 0;
    for (const key of removed) this.published.delete(key);
    const changed = this.changedAmong(tidings.queues);
    const brokers = this.brokersIfChanged(tidings.brokers);
    const workers = this.board.news(tidings.workers, Date.now());
    const alertsText = JSON.stringify({ ...tidings.alerts, at: 0 });
    const alerts = alertsText === this.alertsText ? undefined : tidings.alerts;
    this.seq += 1;
    const head = { epoch, seq: this.seq, at, holder: this.lease.holder, historyPaused };
    const rest: Omit<Publication, 'changes'> = {
      ...head,
      removed: [...removed],
      ...(brokers ? { brokers } : {}),
      ...(alerts ? { alerts } : {}),
      ...(workers ? { workers: workers.sources } : {}),
      ...(Object.keys(this.totals).length > 0 ? { totals: this.totals } : {}),
    };
    const groups: Command[][] = [];
    if (isReset) groups.push([['DEL', keys.liveQueues]]);
    for (const { key, json } of changed) groups.push([['HSET', keys.liveQueues, key, json]]);
    if (removed.length > 0) groups.push([['HDEL', keys.liveQueues, ...removed]]);
    for (const { key } of changed) if (!this.seen.has(key)) groups.push([['HSETNX', keys.firstSeen, key, at]]);
    const tail: Command[] = [['SET', keys.liveMeta, JSON.stringify(head)]];
    if (brokers) tail.push(['SET', keys.liveBrokers, JSON.stringify(brokers)]);
    if (alerts) tail.push(['SET', keys.liveAlerts, JSON.stringify(alerts)]);
    if (workers) tail.push(['SET', keys.liveWorkers, JSON.stringify(workers.sources)]);
    tail.push(['PUBLISH', keys.liveChannel, withMember(JSON.stringify(rest), 'changes', listOf(changed))]);
    groups.push(tail);
    // That the broker is full must be told just then.
    for (const batch of batches(groups)) await this.lease.write(batch, true);
    for (const { key, queue, text } of changed) {
      this.published.set(key, { queue, text });
      this.seen.add(key);
    }
    if (alerts) this.alertsText = alertsText;
    this.totals = {};
    workers?.settle();
  }

  /** `json`: the queue; `text`: the same without its time of reading, which alone is no news. */
  private changedAmong(queues: readonly Queue[]): { key: string; queue: Queue; text: string; json: string }[] {
    const changed = [];
    for (const queue of queues) {
      const before = this.published.get(queue.key);
      if (before?.queue === queue) continue;
      const { readAt, ...rest } = queue;
      const text = JSON.stringify(rest);
      if (before?.text === text) before.queue = queue;
      else changed.push({ key: rest.key, queue, text, json: withMember(text, 'readAt', String(readAt)) });
    }
    return changed;
  }

  private brokersIfChanged(brokers: readonly Broker[]): Broker[] | undefined {
    const states = JSON.stringify(brokers.map(({ state, error }) => [state, error]));
    if (states === this.brokersText && Date.now() - this.brokersAt < BROKERS_EVERY_MS) return undefined;
    this.brokersText = states;
    this.brokersAt = Date.now();
    return [...brokers];
  }
}

function listOf(changed: readonly { json: string }[]): string {
  return `[${changed.map(({ json }) => json).join(',')}]`;
}

/** The JSON of an object that is not empty, with one more member: large parts are turned into text only once. */
function withMember(json: string, name: string, value: string): string {
  return `${json.slice(0, -1)},"${name}":${value}}`;
}

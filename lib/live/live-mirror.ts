import type { Redis, Subscriber } from '../redis/connection';
import type { Alerts } from '../domain/alert';
import type { Broker, Brokers } from '../domain/broker';
import { messageOf } from '../domain/errors';
import type { LiveEvent } from '../domain/live';
import type { Queue, Snapshot } from '../domain/queue';
import type { QueueTotals } from '../domain/totals';
import type { SourceWorkers } from '../domain/worker';
import { keys } from '../store/keys';
import { liveMetaSchema, publicationSchema, type LiveMeta, type Publication } from './publication';

/** Publications kept to resume broken streams from: half a minute's worth. */
const KEPT = 30;
/** A collector that has said nothing for this long is late; after `GONE_MS` there is none. */
const LATE_MS = 5_000;
const GONE_MS = 15_000;
const WATCHDOG_MS = 1_000;
/** Publications come once a second: after this long without one the store is asked whether it lives. */
const SILENT_MS = 2_500;

/** An event with its id: `epoch-seq`, the same in every web process. */
export type NumberedEvent = LiveEvent & { id: string | null };
export type Listener = (event: NumberedEvent) => void;

type Past = { epoch: number; seq: number; events: NumberedEvent[] };

/**
 * The newest state of everything, as the collector publishes it, in the memory of a web process: any number of
 * browsers are served from it and cost the broker nothing. One subscription, many listeners.
 */
export class LiveMirror {
  private readonly queues = new Map<string, Queue>();
  private workersBySource: SourceWorkers[] | null = null;
  private totals = new Map<string, QueueTotals>();
  private meta: LiveMeta | null = null;
  private brokers: Broker[] = [];
  private alertsView: Alerts | null = null;
  private readonly listeners = new Set<Listener>();
  private past: Past[] = [];
  private heardAt: number | null = null;
  private isProbing = false;
  private isLoading = false;
  private isLoaded = false;
  /** Publications that came while the whole state was being loaded. */
  private waiting: Publication[] = [];
  private storeState: Brokers['store'];
  private brokersText = '';
  private readonly watchdog: NodeJS.Timeout;

  constructor(
    private readonly store: Redis,
    private readonly subscriber: Subscriber,
  ) {
    this.storeState = { state: 'down', since: Date.now(), error: 'Not connected yet.' };
    subscriber.on('message', (channel: string, message: string) => {
      if (channel === keys.liveChannel) this.receive(message);
    });
    subscriber.on('ready', () => void this.subscribe());
    store.on('ready', () => {
      this.setStore('up', null);
      void this.load();
    });
    store.on('close', () => this.setStore('down', this.storeState.error ?? 'The connection was lost.'));
    store.on('error', (error: Error) => this.setStore('down', messageOf(error)));
    if (store.status === 'ready') {
      this.setStore('up', null);
      void this.load();
    }
    if (subscriber.status === 'ready') void this.subscribe();
    this.watchdog = setInterval(() => {
      void this.probe();
      this.announceBrokers();
    }, WATCHDOG_MS);
  }

  /** Whether a state was ever received: before that, nothing is known. */
  hasState(): boolean {
    return this.isLoaded && this.meta !== null;
  }

  snapshot(): Snapshot {
    return { at: this.meta?.at ?? 0, queues: [...this.queues.values()] };
  }

  queue(key: string): Queue | null {
    return this.queues.get(key) ?? null;
  }

  /** Running totals of a queue, at most some seconds old; `null` before the first. */
  totalsOf(key: string): QueueTotals | null {
    return this.totals.get(key) ?? null;
  }

  /** Connected workers by source; `null` before they were first listed. */
  workers(): SourceWorkers[] | null {
    return this.workersBySource;
  }

  alerts(): Alerts | null {
    return this.alertsView;
  }

  brokersView(): Brokers {
    const { meta } = this;
    return {
      at: Date.now(),
      store: this.storeState,
      collector: { state: this.collectorState(), lastSeenAt: this.heardAt, holder: meta?.holder ?? null },
      historyPaused: meta?.historyPaused ?? null,
      brokers: this.brokers,
    };
  }

  /** `null` when all is well; else why what is served may be old. */
  whyNotReady(): string | null {
    if (this.storeState.state === 'down')
      return `The store does not answer: ${this.storeState.error ?? 'no connection'}`;
    if (!this.hasState()) return 'No collector has written anything yet.';
    const age = Date.now() - (this.heardAt ?? 0);
    return age > 10_000 ? `No collector has written for ${Math.round(age / 1000)} s.` : null;
  }

  /**
   * Calls `listener` with what it needs to be up to date (the events after `lastEventId`, or everything), then with
   * each event as it comes. Returns the function that ends it.
   */
  listen(listener: Listener, lastEventId: string | null): () => void {
    const missed = this.eventsAfter(lastEventId);
    if (missed) for (const event of missed) listener(event);
    else {
      if (this.hasState()) listener(this.snapshotEvent());
      if (this.alertsView) listener({ id: null, event: 'alerts', data: this.alertsView });
    }
    listener({ id: null, event: 'brokers', data: this.brokersView() });
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): void {
    clearInterval(this.watchdog);
    this.listeners.clear();
  }

  private collectorState(): Brokers['collector']['state'] {
    if (this.heardAt === null) return 'none';
    const age = Date.now() - this.heardAt;
    return age <= LATE_MS ? 'live' : age <= GONE_MS ? 'late' : 'none';
  }

  private snapshotEvent(): NumberedEvent {
    return { id: this.meta ? `${this.meta.epoch}-${this.meta.seq}` : null, event: 'snapshot', data: this.snapshot() };
  }

  private eventsAfter(lastEventId: string | null): NumberedEvent[] | null {
    if (lastEventId === null) return null;
    const start = this.past.findIndex(({ epoch, seq }) => `${epoch}-${seq}` === lastEventId);
    return start === -1 ? null : this.past.slice(start + 1).flatMap(({ events }) => events);
  }

  private async subscribe(): Promise<void> {
    try {
      await this.subscriber.subscribe(keys.liveChannel);
      await this.load();
    } catch {
      // The connection broke again; 'ready' comes back.
    }
  }

  /** Reads the whole state from the store; what is published meanwhile is applied on top. */
  private async load(): Promise<void> {
    if (this.isLoading || this.store.status !== 'ready') return;
    this.isLoading = true;
    try {
      const [meta, brokers, alerts, workers] = await this.store.mget(
        keys.liveMeta,
        keys.liveBrokers,
        keys.liveAlerts,
        keys.liveWorkers,
      );
      const queues = await this.store.hgetall(keys.liveQueues);
      if (!meta) return;
      const loaded = new Map(Object.entries(queues).map(([key, text]) => [key, JSON.parse(text) as Queue]));
      const sources = new Set([...loaded.values()].map(({ id }) => id.source));
      const totals = await Promise.all([...sources].map((source) => this.store.hgetall(keys.totals(source))));
      this.meta = liveMetaSchema.parse(JSON.parse(meta));
      this.queues.clear();
      for (const [key, queue] of loaded) this.queues.set(key, queue);
      this.totals = new Map(
        totals.flatMap((stored) => Object.entries(stored).map(([key, text]) => [key, JSON.parse(text) as QueueTotals])),
      );
      if (brokers) this.brokers = JSON.parse(brokers) as Broker[];
      if (alerts) this.alertsView = JSON.parse(alerts) as Alerts;
      if (workers) this.workersBySource = JSON.parse(workers) as SourceWorkers[];
      this.isLoaded = true;
      this.past = [];
      this.emit([
        this.snapshotEvent(),
        ...(this.alertsView ? [{ id: null, event: 'alerts' as const, data: this.alertsView }] : []),
      ]);
    } catch {
      // The connection broke; 'ready' loads again.
    } finally {
      this.isLoading = false;
      const waiting = this.waiting;
      this.waiting = [];
      for (const publication of waiting) this.apply(publication);
    }
  }

  private receive(message: string): void {
    const parsed = publicationSchema.safeParse(JSON.parse(message));
    if (!parsed.success) return;
    this.heardAt = Date.now();
    if (this.isLoading) this.waiting.push(parsed.data);
    else this.apply(parsed.data);
  }

  private apply(publication: Publication): void {
    const { epoch, seq } = publication;
    if (this.meta && (epoch < this.meta.epoch || (epoch === this.meta.epoch && seq <= this.meta.seq))) {
      // Later, and yet with a lower number: the store was emptied, and its counters began anew.
      if (publication.at > this.meta.at) void this.load();
      return;
    }
    const isNext = this.isLoaded && this.meta !== null && epoch === this.meta.epoch && seq === this.meta.seq + 1;
    // Missed some, or another collector took over: what is in the store is whole.
    if (!isNext) {
      void this.load();
      return;
    }
    this.meta = {
      epoch,
      seq,
      at: publication.at,
      holder: publication.holder,
      historyPaused: publication.historyPaused,
    };
    for (const queue of publication.changes) this.queues.set(queue.key, queue);
    for (const key of publication.removed) {
      this.queues.delete(key);
      this.totals.delete(key);
    }
    for (const [key, totals] of Object.entries(publication.totals ?? {})) this.totals.set(key, totals);
    const id = `${epoch}-${seq}`;
    const events: NumberedEvent[] = [];
    if (publication.removed.length > 0)
      events.push({ id: null, event: 'removed', data: { at: publication.at, keys: publication.removed } });
    if (publication.alerts) {
      this.alertsView = publication.alerts;
      events.push({ id: null, event: 'alerts', data: publication.alerts });
    }
    if (publication.brokers) this.brokers = publication.brokers;
    if (publication.workers) this.workersBySource = publication.workers;
    events.push({ id, event: 'changes', data: { at: publication.at, queues: publication.changes } });
    this.past.push({ epoch, seq, events });
    if (this.past.length > KEPT) this.past.shift();
    this.emit(events);
    if (publication.brokers) this.announceBrokers(true);
  }

  /**
   * Silence has two causes that need different people: no collector, or a store that hangs with its connections open.
   * Only while nothing is heard the store is asked itself.
   */
  private async probe(): Promise<void> {
    const isSilent = Date.now() - (this.heardAt ?? 0) > SILENT_MS;
    if (this.isProbing || this.store.status !== 'ready' || (!isSilent && this.storeState.state === 'up')) return;
    this.isProbing = true;
    try {
      // Asked of the server that holds our keys: in a Cluster others may answer while it does not.
      await this.store.exists(keys.liveMeta);
      if (this.storeState.state === 'down') this.setStore('up', null);
    } catch (error) {
      this.setStore('down', `Redis is connected but does not answer (${messageOf(error)}).`);
    } finally {
      this.isProbing = false;
    }
  }

  private setStore(state: 'up' | 'down', error: string | null): void {
    const since = state === this.storeState.state ? this.storeState.since : Date.now();
    this.storeState = { state, since, error };
    this.announceBrokers();
  }

  /** Tells listeners when the state of store, collector or brokers changes, or (`always`) its figures. */
  private announceBrokers(always = false): void {
    const view = this.brokersView();
    const text = JSON.stringify([view.store.state, view.store.error, view.collector.state, view.historyPaused]);
    if (!always && text === this.brokersText) return;
    this.brokersText = text;
    this.emit([{ id: null, event: 'brokers', data: view }]);
  }

  private emit(events: readonly NumberedEvent[]): void {
    for (const listener of this.listeners) for (const event of events) listener(event);
  }
}

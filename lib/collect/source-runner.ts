import type { Redis } from '../redis/connection';
import type { Log } from '../config/log';
import { throttled } from '../config/log';
import type { Broker } from '../domain/broker';
import { messageOf } from '../domain/errors';
import type { QueueId } from '../domain/queue';
import { backlogOf } from '../domain/backlog';
import { toQueueKey } from '../domain/queue-key';
import type { SourceWorkers } from '../domain/worker';
import { queueTotalsSchema, type QueueTotals } from '../domain/totals';
import { NAMES_CODEC, SERIES_CODEC } from '../history/codecs';
import { presenceCommands, readPresence, readSlots, recordCommands, type SlotRef } from '../history/history-store';
import { DEFAULT_TIERS, MINUTE_MS, type Tiers } from '../history/tiers';
import type { BrokerFacts, EventCursors, EventGap, QueueReading, SourceReading, SourceWatch } from '../sources/source';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';
import { Presence } from './presence';
import { QueueFigures, type UnwrittenFigures } from './queue-figures';
import { RunningTotals } from './queue-totals';

/** Streams are resumed, or read a minute back: their figures are whole from then on. */
const LOOK_BACK_MS = 60_000;
/** Looks that are kept while the store does not answer: about five minutes. */
const MAX_PENDING = 300;

export type WatchedQueue = { key: string; reading: QueueReading; figures: QueueFigures; totals: RunningTotals };

export type UnwrittenTotals = Map<string, { totals: QueueTotals; version: number }>;

/** Looks at one source again and again and keeps what it saw. A source that is down costs nobody else anything. */
export class SourceRunner {
  readonly queues = new Map<string, WatchedQueue>();
  /** ms, broker's clock, of the last look; `null` before the first. */
  lastAt: number | null = null;
  /** Connected workers as last listed; `null` before the first list. */
  workers: SourceWorkers | null = null;
  private readonly removed: string[] = [];
  private state: Broker['state'] = 'connecting';
  private since: number;
  private error: string | null = null;
  private facts: BrokerFacts | null = null;
  private readonly presence: Presence;
  private cursors: EventCursors = {};
  private writtenCursors: EventCursors = {};
  /** Totals as stored when this collector started, until their queue is found. */
  private storedTotals: Record<string, string> = {};
  /** Queues whose stored totals are no longer theirs. */
  private endedTotals = new Set<string>();
  private readonly pending: SourceReading[] = [];
  private isPrepared = false;
  /** ms, broker's clock. */
  firstLookAt: number | null = null;
  private readonly report: (message: string) => void;

  constructor(
    readonly watch: SourceWatch,
    private readonly store: Redis,
    private readonly log: Log,
    private readonly tiers: Tiers = DEFAULT_TIERS,
  ) {
    this.presence = new Presence(tiers.series);
    this.since = Date.now();
    this.report = throttled(60_000, (suppressed, message) =>
      log.warn({ source: watch.name, suppressed }, `source is down: ${message}`),
    );
  }

  /** One look; never throws. */
  async look(): Promise<void> {
    try {
      if (!this.isPrepared) await this.prepare();
      this.postpone(await this.watch.look());
      await this.takePending();
      this.cursors = this.watch.cursors();
      this.setState('up', null);
    } catch (error) {
      this.report(messageOf(error));
      this.setState('down', messageOf(error));
    }
  }

  broker(): Broker {
    const { watch, state, since, error, facts } = this;
    return {
      source: watch.name,
      kind: watch.kind,
      address: watch.address,
      state,
      since,
      error,
      version: facts?.version ?? null,
      runId: facts?.runId ?? null,
      startedAt: facts?.startedAt ?? null,
      usedMemoryBytes: facts?.usedMemoryBytes ?? null,
      maxMemoryBytes: facts?.maxMemoryBytes ?? null,
      evictionPolicy: facts?.evictionPolicy ?? null,
      connectedClients: facts?.connectedClients ?? null,
      readMs: facts?.readMs ?? null,
      queues: this.firstLookAt === null ? null : this.queues.size,
      scan: facts?.scan ?? { progress: null, lastCompletedAt: null, keys: null },
      ownCost: facts?.ownCost ?? { commandsPerSecond: null, cpuPercent: null },
    };
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

  /**
   * Commands that bring the store up to date, one group a queue so that its records of all tiers and its cursor are
   * written in one step. Call `settle` when they are done. `totals`: those among them, by queue key.
   */
  unwritten(): { groups: Command[][]; settle: () => void; totals: UnwrittenTotals } {
    const groups: Command[][] = [];
    const stored: [QueueFigures, UnwrittenFigures][] = [];
    const cursors = { ...this.cursors };
    const totals = this.unwrittenTotals();
    const ended = [...this.endedTotals];
    if (ended.length > 0) groups.push([['HDEL', keys.totals(this.watch.name), ...ended]]);
    for (const { key, figures } of this.queues.values()) {
      const unwritten = figures.unwritten();
      const group: Command[] = [
        ...unwritten.series.flatMap(({ tier, at, record }) =>
          recordCommands({ tier, queueKey: key, at }, record, SERIES_CODEC),
        ),
        ...unwritten.names.flatMap(({ tier, at, record }) =>
          recordCommands({ tier, queueKey: key, at }, record, NAMES_CODEC),
        ),
      ];
      const cursor = cursors[key];
      if (cursor !== undefined && cursor !== this.writtenCursors[key])
        group.push(['HSET', keys.cursors(this.watch.name), key, cursor]);
      const counted = totals.get(key);
      if (counted) group.push(['HSET', keys.totals(this.watch.name), key, JSON.stringify(counted.totals)]);
      if (group.length > 0) groups.push(group);
      stored.push([figures, unwritten]);
    }
    const presence = this.presence.unwritten();
    groups.push(...presence.map(({ tier, at, coveredMs }) => presenceCommands(tier, this.watch.name, at, coveredMs)));
    const settle = () => {
      const now = this.lastAt ?? Date.now();
      for (const [figures, unwritten] of stored) figures.settle(unwritten, now);
      this.presence.settle(presence, now);
      this.writtenCursors = cursors;
      for (const [key, { version }] of totals) this.queues.get(key)?.totals.settle(version);
      for (const key of ended) this.endedTotals.delete(key);
    };
    return { groups: groups.filter((group) => group.length > 0), settle, totals };
  }

  /** Totals that changed since they were last stored, by queue key. */
  unwrittenTotals(): UnwrittenTotals {
    const result: UnwrittenTotals = new Map();
    for (const { key, totals } of this.queues.values()) {
      const changed = totals.unwritten();
      if (changed) result.set(key, changed);
    }
    return result;
  }

  /** This collector writes from now on: what it saw while another wrote is written again, from its first whole minute on. */
  async takeOver(): Promise<void> {
    const stored = await this.store.hgetall(keys.totals(this.watch.name));
    for (const { key, totals, reading } of this.queues.values())
      totals.takeOver(parseTotals(stored[key]), reading.kind === 'bullmq');
    const since = this.firstLookAt === null ? Infinity : Math.ceil(this.firstLookAt / MINUTE_MS) * MINUTE_MS;
    for (const { figures } of this.queues.values()) figures.markAllUnwritten(since);
    this.presence.markAllUnwritten();
    this.writtenCursors = {};
  }

  async close(): Promise<void> {
    await this.watch.close();
  }

  /** Readings wait here while the store that holds their slots does not answer: their events are said only once. */
  private postpone(reading: SourceReading): void {
    this.pending.push(reading);
    if (this.pending.length <= MAX_PENDING) return;
    const lost = this.pending.shift() as SourceReading;
    const gaps = lost.events.flatMap(({ queue, events }) => {
      const [first, last] = [events[0], events.at(-1)];
      return first && last
        ? [
            {
              queue,
              from: first.at,
              to: last.at,
              reason: 'The store did not answer for too long to keep these events.',
            },
          ]
        : [];
    });
    const next = this.pending[0] as SourceReading;
    this.pending[0] = { ...next, gaps: [...lost.gaps, ...gaps, ...next.gaps] };
  }

  private async takePending(): Promise<void> {
    for (let reading = this.pending[0]; reading; reading = this.pending[0]) {
      await this.loadBases(reading);
      this.take(reading);
      this.pending.shift();
    }
  }

  private async prepare(): Promise<void> {
    // In one step: totals are those up to the cursors.
    const [cursors = {}, totals = {}] = await inOneStep(
      this.store,
      keys.cursors(this.watch.name),
      keys.totals(this.watch.name),
    );
    this.storedTotals = totals;
    this.writtenCursors = cursors;
    this.watch.resumeFrom(cursors);
    this.isPrepared = true;
  }

  /**
   * Slots that another collector (or this one before a restart, or a minute ago) had begun are gone on with, not begun
   * anew: whatever this reading touches and is not held in memory is read first.
   */
  private async loadBases(reading: SourceReading): Promise<void> {
    const presence = this.presence.wanted(reading.at);
    const covered = presence.length === 0 ? [] : await readPresence(this.store, this.watch.name, presence);
    this.addNew(reading);
    await this.loadSlots(reading);
    for (const [index, { tier, at }] of presence.entries()) this.presence.load(tier, at, covered[index] ?? 0);
    if (this.firstLookAt !== null) return;
    for (const { figures, reading: first } of this.queues.values())
      if (first.kind === 'bull')
        figures.markGap(
          reading.at - (reading.at % MINUTE_MS),
          reading.at,
          'The collector was started in this minute; Bull’s events before that were not heard.',
        );
  }

  private addNew({ at, readings }: SourceReading): void {
    for (const reading of readings) {
      const queueKey = toQueueKey(reading.id);
      if (this.queues.has(queueKey)) continue;
      const figures = new QueueFigures(this.exactSince(reading, at, queueKey), at, this.tiers);
      const since = reading.kind === 'bullmq' ? at - LOOK_BACK_MS : at;
      const totals = new RunningTotals(parseTotals(this.storedTotals[queueKey]), since);
      delete this.storedTotals[queueKey];
      this.queues.set(queueKey, { key: queueKey, reading, figures, totals });
    }
  }

  private async loadSlots({ readings, events, gaps, at }: SourceReading): Promise<void> {
    const eventsOf = new Map(events.map(({ queue, events: list }) => [toQueueKey(queue), list]));
    const readAt = new Map(readings.map((reading) => [toQueueKey(reading.id), reading.at]));
    const gapsOf = new Map<string, EventGap[]>();
    for (const gap of gaps)
      for (const { key } of this.affected(gap.queue)) gapsOf.set(key, [...(gapsOf.get(key) ?? []), gap]);
    const first = this.firstLookAt === null ? [{ from: at - (at % MINUTE_MS), to: at }] : [];
    const series: (SlotRef & { figures: QueueFigures })[] = [];
    const names: (SlotRef & { figures: QueueFigures })[] = [];
    for (const key of new Set([...eventsOf.keys(), ...readAt.keys(), ...gapsOf.keys()])) {
      const watched = this.queues.get(key);
      if (!watched) continue;
      const { figures, reading } = watched;
      const marked = [...(gapsOf.get(key) ?? []), ...(reading.kind === 'bull' ? first : [])];
      const wanted = figures.wanted(eventsOf.get(key) ?? [], marked, readAt.get(key) ?? null);
      series.push(...wanted.series.map((slot) => ({ ...slot, queueKey: key, figures })));
      names.push(...wanted.names.map((slot) => ({ ...slot, queueKey: key, figures })));
    }
    const [seriesRecords, namesRecords] = await Promise.all([
      readSlots(this.store, series, SERIES_CODEC),
      readSlots(this.store, names, NAMES_CODEC),
    ]);
    for (const [index, { figures, tier, at: slot }] of series.entries()) {
      const record = seriesRecords[index];
      if (record) figures.load(tier, slot, record);
    }
    for (const [index, { figures, tier, at: slot }] of names.entries()) {
      const record = namesRecords[index];
      if (record) figures.loadNames(tier, slot, record);
    }
  }

  private exactSince(reading: QueueReading, at: number, queueKey: string): number {
    if (this.firstLookAt !== null) return 0;
    if (reading.kind !== 'bullmq') return at;
    return this.writtenCursors[queueKey] === undefined ? at - LOOK_BACK_MS : 0;
  }

  private take({ at, readings, removed, events, gaps, facts, workers }: SourceReading): void {
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
    for (const { queue, events: list } of events) {
      const watched = this.queues.get(toQueueKey(queue));
      watched?.figures.take(list);
      watched?.totals.take(list);
    }
    for (const gap of gaps)
      for (const watched of this.affected(gap.queue)) watched.figures.markGap(gap.from, gap.to, gap.reason);
    for (const id of removed) {
      const key = toQueueKey(id);
      if (!this.queues.delete(key)) continue;
      this.removed.push(key);
      this.endedTotals.add(key);
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

/** Hashes as they were at one moment. */
async function inOneStep(store: Redis, ...names: string[]): Promise<Record<string, string>[]> {
  const steps = store.multi();
  for (const name of names) steps.hgetall(name);
  return ((await steps.exec()) ?? []).map(([error, value]) => {
    if (error) throw error;
    return value as Record<string, string>;
  });
}

/** `null` where nothing was stored, or nothing that this version understands: counting begins anew. */
function parseTotals(text: string | undefined): QueueTotals | null {
  if (text === undefined) return null;
  try {
    return queueTotalsSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

import { overdueMs } from '../domain/backlog';
import { COUNTER_METRICS, type CounterMetric } from '../domain/series';
import { NAME_COUNTERS } from '../history/names';
import type { NamesRecord } from '../history/names';
import type { SeriesRecord } from '../history/record';
import { binOf, countOf, mergeBins, quantileOf } from '../history/sketch';
import { chunkOf, DEFAULT_TIERS, type Tier, type Tiers } from '../history/tiers';
import type { JobEvent, QueueReading } from '../sources/source';
import { countedAs } from './counted';
import { NamesSlot } from './names-slot';
import { lastOf, SeriesSlot } from './series-slot';
import { TierSlots, type Unwritten } from './tier-slots';

const INDEX = Object.fromEntries(COUNTER_METRICS.map((name, index) => [name, index])) as Record<CounterMetric, number>;
const NAME_INDEX: Readonly<Partial<Record<CounterMetric, number>>> = Object.fromEntries(
  NAME_COUNTERS.map((name, index) => [name, index]),
);
/** A clock that goes back by less than this between two runs of a collector overwrites nothing. */
const CLOCK_BACK_MS = 5 * 60_000;

/** Fewer runs of a name say nothing of what is usual for it. */
const LEAST_RUNS = 20;

/** Records that wait to be written. */
export type UnwrittenFigures = { series: Unwritten<SeriesRecord>[]; names: Unwritten<NamesRecord>[] };
/** A slot that has to be read from the store before it can be gone on with. */
export type WantedSlot = { tier: Tier; at: number };
export type WantedSlots = { series: WantedSlot[]; names: WantedSlot[] };

/**
 * What is to be stored of one queue: the slots of all tiers that fill or wait to be written. Pure but for its memory; times
 * are ms by the broker's clock.
 */
export class QueueFigures {
  private readonly series: TierSlots<SeriesRecord, SeriesSlot>[];
  private readonly names: TierSlots<NamesRecord, NamesSlot>[];
  /** By tier: gauges as last written, and the chunk that they were written in. */
  private readonly written = new Map<Tier, { gauges: string; chunk: number }>();

  /** Slots that begin well after `startedAt` are not in the store yet; those soon after may be, if the clock went back. */
  constructor(startedAt = -Infinity, tiers: Tiers = DEFAULT_TIERS) {
    const newFrom = startedAt + CLOCK_BACK_MS;
    this.series = tiers.series.map((tier) => new TierSlots(tier, newFrom, () => new SeriesSlot()));
    this.names = tiers.names.map((tier) => new TierSlots(tier, newFrom, () => new NamesSlot()));
  }

  /** What has to be loaded before these events, gaps and a reading at `readAt` are taken in. */
  wanted(
    events: readonly JobEvent[],
    gaps: readonly { from: number; to: number }[],
    readAt: number | null,
  ): WantedSlots {
    const unknown = (
      slots: TierSlots<SeriesRecord, SeriesSlot> | TierSlots<NamesRecord, NamesSlot>,
      times: number[],
    ) => {
      const starts = new Set<number>();
      for (const at of times) if (slots.isUnknown(at)) starts.add(at - (at % slots.tier.slotMs));
      return [...starts].map((at) => ({ tier: slots.tier, at }));
    };
    const times = events.map(({ at }) => at);
    const newest = Math.max(readAt ?? -Infinity, times.at(-1) ?? -Infinity);
    this.forgetOld(newest);
    const seen = readAt === null ? times : [...times, readAt];
    return {
      series: this.series.flatMap((slots) =>
        unknown(slots, [...seen, ...gaps.flatMap(({ from, to }) => slotsWithin(slots.tier, from, to))]),
      ),
      names: this.names.flatMap((slots) => unknown(slots, times)),
    };
  }

  load(tier: Tier, at: number, record: SeriesRecord): void {
    this.series.find((slots) => slots.tier === tier)?.load(at, record);
  }

  loadNames(tier: Tier, at: number, record: NamesRecord): void {
    this.names.find((slots) => slots.tier === tier)?.load(at, record);
  }

  take(events: readonly JobEvent[]): void {
    for (const event of events) {
      const { metric, by, took } = countedAs(event);
      this.count(metric, event, by);
      if (took) this.measure(took.which, event, took.ms);
    }
  }

  /** Events in [from, to] may have been missed; the counters `exact` are whole all the same. */
  markGap(from: number, to: number, reason: string, exact: readonly CounterMetric[] = []): void {
    const bits = exact.reduce((sum, name) => sum | (1 << INDEX[name]), 0);
    for (const slots of this.series)
      for (const at of slotsWithin(slots.tier, from, to)) slots.change(at).markGap(reason, bits);
  }

  observe(reading: QueueReading, backlog: number | null): void {
    const { counts } = reading;
    const values = [
      counts.waiting,
      counts.active,
      counts.delayed,
      counts.prioritized,
      counts.waitingChildren,
      counts.paused,
      counts.completed,
      counts.failed,
      backlog,
      reading.oldestWaitingMs ?? 0,
      reading.workers,
      counts.prioritized === null ? null : (reading.oldest?.prioritized?.ms ?? 0),
      counts.waitingChildren === null ? null : (reading.oldest?.waitingChildren?.ms ?? 0),
      reading.oldest ? overdueMs(reading.oldest, reading.at) : null,
      Number(reading.oldestWaitingIsAtLeast),
    ];
    for (const slots of this.series) slots.change(reading.at).observe(values);
  }

  /** 99 of 100 runs of a job name took at most so long (ms) in this hour; `null` where too few are known. */
  usualRunOf(name: string): number | null {
    const runs = mergeBins(
      this.names
        .at(-1)
        ?.contents()
        .flatMap((slot) => slot.runsOf(name) ?? []) ?? [],
    );
    return countOf(runs) < LEAST_RUNS ? null : quantileOf(runs, 0.99);
  }

  /** Records that changed since they were last written, oldest first in each tier. Call `settle` once they are stored. */
  unwritten(): UnwrittenFigures {
    return {
      series: this.series.flatMap((slots) =>
        slots.unwritten((content, at) => this.saysNothingNew(slots.tier, content, at)),
      ),
      names: this.names.flatMap((slots) => slots.unwritten()),
    };
  }

  /** The records from `unwritten` are stored: forget what needs no more writing. */
  settle(stored: UnwrittenFigures): void {
    for (const unwritten of stored.series) {
      const { tier, at, record } = unwritten;
      this.series.find((slots) => slots.tier === tier)?.settle(unwritten);
      this.written.set(tier, { gauges: lastOf(record.gauges), chunk: chunkOf(tier, at) });
    }
    for (const unwritten of stored.names) this.names.find((slots) => slots.tier === unwritten.tier)?.settle(unwritten);
  }

  private forgetOld(now: number): void {
    for (const slots of [...this.series, ...this.names]) slots.forgetOld(now);
  }

  /** The store may have lost what was written: all that is held is written again. */
  markAllUnwritten(): void {
    for (const slots of [...this.series, ...this.names]) slots.markUnwritten();
    this.written.clear();
  }

  /** The slot is as the one written before it in its chunk, or as a chunk without any: empty. */
  private saysNothingNew(tier: Tier, content: SeriesSlot, at: number): boolean {
    const gauges = content.stillAt();
    if (gauges === null) return false;
    const written = this.written.get(tier);
    return written?.chunk === chunkOf(tier, at) ? written.gauges === gauges : content.isEmpty();
  }

  private count(metric: CounterMetric, { at, name }: JobEvent, by: number): void {
    const index = INDEX[metric];
    for (const slots of this.series) slots.change(at).count(index, by);
    const nameIndex = NAME_INDEX[metric];
    if (nameIndex !== undefined) for (const slots of this.names) slots.change(at).count(name ?? null, nameIndex, by);
  }

  private measure(which: 'run' | 'wait', { at, name }: JobEvent, ms: number): void {
    const bin = binOf(ms);
    for (const slots of this.series) slots.change(at).measure(which, bin);
    if (which === 'run') for (const slots of this.names) slots.change(at).measure(name ?? null, ms, bin);
  }
}

/** A longer gap is marked in this many of its newest slots: in the older ones nobody looked, which shows by itself. */
const MAX_MARKED = 300;

/** Starts of the slots that touch [from, to]. */
function slotsWithin(tier: Tier, from: number, to: number): number[] {
  const slots: number[] = [];
  const first = Math.max(from, to - MAX_MARKED * tier.slotMs);
  for (let at = first - (first % tier.slotMs); at <= to; at += tier.slotMs) slots.push(at);
  return slots;
}

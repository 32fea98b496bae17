import { overdueMs } from '../domain/backlog';
import type { LastMinute } from '../domain/queue';
import { COUNTER_METRICS, type CounterMetric } from '../domain/series';
import { NAME_COUNTERS } from '../history/names';
import type { NamesRecord } from '../history/names';
import type { SeriesRecord } from '../history/record';
import { binOf, countOf, mergeBins, newSketch, quantileOf, quantiles, type Sketch } from '../history/sketch';
import type { Stored } from '../history/history-store';
import { chunkOf, DEFAULT_TIERS, MINUTE_MS, slotOf, type Tier, type Tiers } from '../history/tiers';
import type { JobEvent, QueueReading } from '../sources/source';
import { countedAs } from './counted';
import { NamesSlot } from './names-slot';
import { lastOf, SeriesSlot } from './series-slot';
import { TierSlots, type SlotContent, type Unwritten } from './tier-slots';

const COUNTERS = COUNTER_METRICS.length;
const INDEX = Object.fromEntries(COUNTER_METRICS.map((name, index) => [name, index])) as Record<CounterMetric, number>;
const NAME_INDEX: Readonly<Partial<Record<CounterMetric, number>>> = Object.fromEntries(
  NAME_COUNTERS.map((name, index) => [name, index]),
);
const WINDOW_SECONDS = 60;
/** Seconds of one slice of the sliding distributions: the last minute's quantiles cover 60 to 70 s. */
const SLICE_SECONDS = 10;

/** A clock that goes back by less than this between two runs of a collector overwrites nothing. */
const CLOCK_BACK_MS = 5 * 60_000;

/** Fewer runs of a name say nothing of what is usual for it. */
const LEAST_RUNS = 20;

type Slice = { index: number; run: Sketch; wait: Sketch };

/** Records that wait to be written. */
export type UnwrittenFigures = { series: Unwritten<SeriesRecord>[]; names: Unwritten<NamesRecord>[] };
/** A slot that has to be read from the store before it can be gone on with. */
export type WantedSlot = { tier: Tier; at: number };
/** Records of minutes as another collector stored them. */
export type StoredMinutes = { series: readonly Stored<SeriesRecord>[]; names: readonly Stored<NamesRecord>[] };
export type WantedSlots = { series: WantedSlot[]; names: WantedSlot[] };

/**
 * What happened in one queue: the last 60 s, second by second, and the slots of all tiers that wait to be written.
 * Pure but for its own memory; all times are ms by the broker's clock.
 */
export class QueueFigures {
  private readonly seconds = new Int32Array(COUNTERS * WINDOW_SECONDS);
  private readonly secondAt = new Float64Array(WINDOW_SECONDS);
  private slices: Slice[] = [];
  private readonly series: TierSlots<SeriesRecord, SeriesSlot>[];
  private readonly names: TierSlots<NamesRecord, NamesSlot>[];
  private exactSince: number;
  private lastGap: { to: number; reason: string } | null = null;
  /** By tier: gauges as last written, and the chunk that they were written in. */
  private readonly written = new Map<Tier, { gauges: string; chunk: number }>();

  /**
   * `exactSince`: events before it may have been missed. `startedAt`: slots that begin well after it are not in the store
   * yet; those soon after may be, if the clock went back.
   */
  constructor(exactSince: number, startedAt = -Infinity, tiers: Tiers = DEFAULT_TIERS) {
    this.exactSince = exactSince;
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
    if (!this.lastGap || to > this.lastGap.to) this.lastGap = { to, reason };
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

  /** What happened in the 60 s before `now`. `watchedSince`: when looking at the source began. */
  lastMinute(now: number): LastMinute {
    const sums = new Array<number>(COUNTERS).fill(0);
    const second = Math.floor(now / 1000);
    for (let slot = 0; slot < WINDOW_SECONDS; slot += 1) {
      const at = this.secondAt[slot] ?? 0;
      if (at <= second - WINDOW_SECONDS || at > second) continue;
      for (let index = 0; index < COUNTERS; index += 1)
        sums[index] = (sums[index] ?? 0) + (this.seconds[slot * COUNTERS + index] ?? 0);
    }
    const slice = Math.floor(second / SLICE_SECONDS);
    this.slices = this.slices.filter(({ index }) => index > slice - WINDOW_SECONDS / SLICE_SECONDS - 1);
    const live = this.slices;
    const reason = this.whyPartial(now);
    return {
      arrived: sums[INDEX.arrived] ?? 0,
      started: sums[INDEX.started] ?? 0,
      completed: sums[INDEX.completed] ?? 0,
      failed: sums[INDEX.failed] ?? 0,
      failedAttempts: sums[INDEX.failedAttempts] ?? 0,
      stalled: sums[INDEX.stalled] ?? 0,
      runMs: quantiles(merged(live.map(({ run }) => run))),
      waitMs: quantiles(merged(live.map(({ wait }) => wait))),
      quality: reason === null ? 'exact' : 'partial',
      ...(reason === null ? {} : { reason }),
    };
  }

  /** Something in the last 70 s: the sliding figures change although nothing new comes in. */
  isRecent(now: number): boolean {
    return (
      this.slices.length > 0 ||
      now - this.exactSince < 70_000 ||
      (this.lastGap !== null && now - this.lastGap.to < 70_000) ||
      this.secondAt.some((at) => at > now / 1000 - 70)
    );
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
  settle(stored: UnwrittenFigures, now: number): void {
    for (const unwritten of stored.series) {
      const { tier, at, record } = unwritten;
      this.series.find((slots) => slots.tier === tier)?.settle(unwritten);
      this.written.set(tier, { gauges: lastOf(record.gauges), chunk: chunkOf(tier, at) });
    }
    for (const unwritten of stored.names) this.names.find((slots) => slots.tier === unwritten.tier)?.settle(unwritten);
    this.forgetOld(now);
  }

  forgetOld(now: number): void {
    for (const slots of [...this.series, ...this.names]) slots.forgetOld(now);
  }

  /** The store may have lost what was written: all that is held is written again. */
  markAllUnwritten(): void {
    for (const slots of [...this.series, ...this.names]) slots.markUnwritten();
    this.written.clear();
  }

  /** Goes on where another collector stopped writing, see `TierSlots.rebase`. `stored`: its minutes before `since`. */
  rebase(since: number, writtenTo: number, stored: StoredMinutes): void {
    const [minutes, nameMinutes] = [minutesOf(this.series), minutesOf(this.names)];
    for (const slots of this.series) {
      const start = slotOf(slots.tier, since);
      slots.rebase(since, writtenTo, within(stored.series, start, since), minutes);
    }
    for (const slots of this.names) {
      const start = slotOf(slots.tier, since);
      slots.rebase(since, writtenTo, within(stored.names, start, since), nameMinutes);
    }
    this.written.clear();
  }

  /** The slot is as the one written before it in its chunk, or as a chunk without any: empty. */
  private saysNothingNew(tier: Tier, content: SeriesSlot, at: number): boolean {
    const gauges = content.stillAt();
    if (gauges === null) return false;
    const written = this.written.get(tier);
    return written?.chunk === chunkOf(tier, at) ? written.gauges === gauges : content.isEmpty();
  }

  private whyPartial(now: number): string | null {
    if (this.lastGap && now - this.lastGap.to < WINDOW_SECONDS * 1000) return this.lastGap.reason;
    const seconds = Math.floor((now - this.exactSince) / 1000);
    return seconds < WINDOW_SECONDS ? `Watching for ${Math.max(0, seconds)} s only.` : null;
  }

  private count(metric: CounterMetric, { at, name }: JobEvent, by: number): void {
    const index = INDEX[metric];
    for (const slots of this.series) slots.change(at).count(index, by);
    const nameIndex = NAME_INDEX[metric];
    if (nameIndex !== undefined) for (const slots of this.names) slots.change(at).count(name ?? null, nameIndex, by);
    const second = Math.floor(at / 1000);
    const slot = second % WINDOW_SECONDS;
    const slotAt = this.secondAt[slot] ?? 0;
    if (slotAt > second) return;
    if (slotAt < second) {
      this.secondAt[slot] = second;
      this.seconds.fill(0, slot * COUNTERS, (slot + 1) * COUNTERS);
    }
    const cell = slot * COUNTERS + index;
    this.seconds[cell] = (this.seconds[cell] ?? 0) + by;
  }

  private measure(which: 'run' | 'wait', { at, name }: JobEvent, ms: number): void {
    const bin = binOf(ms);
    for (const slots of this.series) slots.change(at).measure(which, bin);
    if (which === 'run') for (const slots of this.names) slots.change(at).measure(name ?? null, ms, bin);
    const index = Math.floor(at / 1000 / SLICE_SECONDS);
    let slice = this.slices.find((candidate) => candidate.index === index);
    if (!slice) {
      slice = { index, run: newSketch(), wait: newSketch() };
      this.slices.push(slice);
      const newest = Math.max(...this.slices.map((candidate) => candidate.index));
      this.slices = this.slices.filter((candidate) => candidate.index > newest - WINDOW_SECONDS / SLICE_SECONDS - 1);
    }
    slice[which].accept(ms);
  }
}

/** A longer gap is marked in this many of its newest slots: in the older ones nobody looked, which shows by itself. */
const MAX_MARKED = 300;

function minutesOf<R, B extends SlotContent<R>>(tiers: readonly TierSlots<R, B>[]): { at: number; record: R }[] {
  return tiers.find(({ tier }) => tier.slotMs === MINUTE_MS)?.records() ?? [];
}

function within<R>(records: readonly Stored<R>[], from: number, to: number): R[] {
  return records.filter(({ at }) => at >= from && at < to).map(({ record }) => record);
}

/** Starts of the slots that touch [from, to]. */
function slotsWithin(tier: Tier, from: number, to: number): number[] {
  const slots: number[] = [];
  const first = Math.max(from, to - MAX_MARKED * tier.slotMs);
  for (let at = first - (first % tier.slotMs); at <= to; at += tier.slotMs) slots.push(at);
  return slots;
}

function merged(sketches: readonly Sketch[]): Sketch | null {
  const filled = sketches.filter(({ count }) => count > 0);
  if (filled.length <= 1) return filled[0] ?? null;
  const sum = newSketch();
  for (const sketch of filled) sum.merge(sketch);
  return sum;
}

import type { LastMinute } from '../domain/queue';
import { COUNTER_METRICS, GAUGE_METRICS, type CounterMetric } from '../domain/series';
import { HOUR_MS, MINUTE_MS } from '../history/history-store';
import type { MinuteRecord } from '../history/minute';
import { addBins, newSketch, quantiles, toBins, type Sketch } from '../history/sketch';
import type { JobEvent, QueueReading } from '../sources/source';

const COUNTERS = COUNTER_METRICS.length;
const INDEX = Object.fromEntries(COUNTER_METRICS.map((name, index) => [name, index])) as Record<CounterMetric, number>;
const WINDOW_SECONDS = 60;
/** Seconds of one slice of the sliding distributions: the last minute's quantiles cover 60 to 70 s. */
const SLICE_SECONDS = 10;
/** Minutes that could not be written yet are kept this long, then given up. */
const KEEP_UNWRITTEN_MS = 60 * MINUTE_MS;
/** A closed minute stays open for late events this long. */
const KEEP_WRITTEN_MS = 3 * MINUTE_MS;

type Gauge = { max: number; last: number; sum: number };
/** A minute to write; `version` tells whether it changed while it was being written. */
export type UnwrittenMinute = { at: number; record: MinuteRecord; version: number };
type Slice = { index: number; run: Sketch; wait: Sketch };

class Bucket {
  readonly counters = new Array<number>(COUNTERS).fill(0);
  gauges: (Gauge | null)[] = GAUGE_METRICS.map(() => null);
  samples = 0;
  run: Sketch | null = null;
  wait: Sketch | null = null;
  reason = '';
  hasEvents = false;
  /** Grows with every change; `writtenVersion` is the one that is stored. */
  version = 0;
  writtenVersion = 0;

  get isDirty(): boolean {
    return this.version !== this.writtenVersion;
  }

  toRecord(): MinuteRecord {
    const none = { zeros: 0, bins: [] };
    return {
      quality: this.reason === '' ? 'exact' : 'partial',
      reason: this.reason,
      counters: this.counters,
      samples: this.samples,
      gauges: this.gauges,
      run: this.run ? toBins(this.run) : none,
      wait: this.wait ? toBins(this.wait) : none,
    };
  }

  /** Goes on from what was stored of this minute before. */
  loadFrom(record: MinuteRecord): void {
    for (const [index, count] of record.counters.entries()) this.counters[index] = (this.counters[index] ?? 0) + count;
    this.gauges = record.gauges.map((gauge) => gauge && { ...gauge });
    this.samples = record.samples;
    this.reason ||= record.reason;
    this.hasEvents = true;
    this.run ??= newSketch();
    this.wait ??= newSketch();
    addBins(this.run, record.run);
    addBins(this.wait, record.wait);
  }

  /** Gauges that stood still at these values: nothing to store if the minute before ended with them. */
  signature(): string | null {
    if (
      this.hasEvents ||
      this.gauges.some((gauge) => gauge && (gauge.max !== gauge.last || gauge.sum !== gauge.max * this.samples))
    )
      return null;
    return this.gauges.map((gauge) => gauge?.last ?? '').join();
  }
}

/**
 * What happened in one queue: the last 60 s, second by second, and minutes that wait to be written.
 * Pure but for its own memory; all times are ms by the broker's clock.
 */
export class QueueFigures {
  private readonly seconds = new Int32Array(COUNTERS * WINDOW_SECONDS);
  private readonly secondAt = new Float64Array(WINDOW_SECONDS);
  private slices: Slice[] = [];
  private readonly buckets = new Map<number, Bucket>();
  private exactSince: number;
  private lastGap: { to: number; reason: string } | null = null;
  /** Gauges as last written, and the hour that they were written in. */
  private written: { signature: string; hour: number } | null = null;

  /** `exactSince`: events before it may have been missed. */
  constructor(exactSince: number) {
    this.exactSince = exactSince;
  }

  take(events: readonly JobEvent[]): void {
    for (const event of events) {
      switch (event.type) {
        case 'arrived':
          this.count('arrived', event.at, event.count);
          break;
        case 'started':
          this.count('started', event.at, 1);
          if (event.waitMs !== null) this.measure('wait', event.at, event.waitMs);
          break;
        case 'completed':
        case 'failed':
          this.count(event.type, event.at, 1);
          if (event.runMs !== null) this.measure('run', event.at, event.runMs);
          break;
        case 'attempt-failed':
          this.count('failedAttempts', event.at, event.count);
          if (event.runMs !== null) this.measure('run', event.at, event.runMs);
          break;
        case 'stalled':
          this.count('stalled', event.at, 1);
          break;
      }
    }
  }

  /** Events in [from, to] may have been missed. */
  markGap(from: number, to: number, reason: string): void {
    for (let minute = floorMinute(from); minute <= to; minute += MINUTE_MS) {
      const bucket = this.bucket(minute);
      bucket.reason ||= reason;
      bucket.version += 1;
      if (minute - from > KEEP_UNWRITTEN_MS) break;
    }
    if (!this.lastGap || to > this.lastGap.to) this.lastGap = { to, reason };
  }

  observe(reading: QueueReading, backlog: number | null): void {
    const bucket = this.bucket(floorMinute(reading.at));
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
    ];
    bucket.samples += 1;
    bucket.version += 1;
    for (const [index, value] of values.entries()) {
      const gauge = bucket.gauges[index];
      if (value === null) bucket.gauges[index] = null;
      else if (!gauge) bucket.gauges[index] = { max: value, last: value, sum: value * bucket.samples };
      else {
        gauge.max = Math.max(gauge.max, value);
        gauge.last = value;
        gauge.sum += value;
      }
    }
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

  /** Minutes that changed since they were last written, oldest first. Call `settle` once they are stored. */
  unwritten(): UnwrittenMinute[] {
    const result: UnwrittenMinute[] = [];
    for (const [at, bucket] of [...this.buckets].sort(([a], [b]) => a - b)) {
      if (!bucket.isDirty) continue;
      if (this.saysNothingNew(bucket, at)) {
        bucket.writtenVersion = bucket.version;
        continue;
      }
      result.push({ at, record: bucket.toRecord(), version: bucket.version });
    }
    return result;
  }

  /** The minutes from `unwritten` are stored: forget what needs no more writing. */
  settle(stored: readonly UnwrittenMinute[], now: number): void {
    for (const { at, record, version } of stored) {
      const bucket = this.buckets.get(at);
      if (!bucket) continue;
      bucket.writtenVersion = version;
      const last = record.gauges.map((gauge) => gauge?.last ?? '').join();
      this.written = { signature: last, hour: Math.floor(at / HOUR_MS) };
    }
    this.forgetOld(now);
  }

  /** After taking over from another collector: write again all that was held here while it wrote. */
  markAllUnwritten(since: number): void {
    for (const [at, bucket] of this.buckets) if (at >= since) bucket.version += 1;
    this.written = null;
  }

  loadMinute(at: number, record: MinuteRecord): void {
    this.bucket(at).loadFrom(record);
  }

  forgetOld(now: number): void {
    for (const [at, bucket] of this.buckets) {
      const age = now - at;
      if (age > KEEP_UNWRITTEN_MS || (age > KEEP_WRITTEN_MS && !bucket.isDirty)) this.buckets.delete(at);
    }
  }

  /** The minute is as the one written before it in its hour, or as an hour without any: empty. */
  private saysNothingNew(bucket: Bucket, at: number): boolean {
    const signature = bucket.signature();
    if (signature === null || bucket.reason !== '') return false;
    return this.written?.hour === Math.floor(at / HOUR_MS) ? this.written.signature === signature : isEmpty(bucket);
  }

  private whyPartial(now: number): string | null {
    if (this.lastGap && now - this.lastGap.to < WINDOW_SECONDS * 1000) return this.lastGap.reason;
    const seconds = Math.floor((now - this.exactSince) / 1000);
    return seconds < WINDOW_SECONDS ? `Watching for ${Math.max(0, seconds)} s only.` : null;
  }

  private count(name: CounterMetric, at: number, by: number): void {
    const index = INDEX[name];
    const bucket = this.bucket(floorMinute(at));
    bucket.counters[index] = (bucket.counters[index] ?? 0) + by;
    bucket.hasEvents = true;
    bucket.version += 1;
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

  private measure(which: 'run' | 'wait', at: number, ms: number): void {
    const bucket = this.bucket(floorMinute(at));
    (bucket[which] ??= newSketch()).accept(ms);
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

  private bucket(at: number): Bucket {
    let bucket = this.buckets.get(at);
    if (!bucket) this.buckets.set(at, (bucket = new Bucket()));
    return bucket;
  }
}

function floorMinute(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

function isEmpty(bucket: Bucket): boolean {
  return bucket.gauges.every((gauge, index) => !gauge || gauge.max === 0 || GAUGE_METRICS[index] === 'workers');
}

function merged(sketches: readonly Sketch[]): Sketch | null {
  const filled = sketches.filter(({ count }) => count > 0);
  if (filled.length <= 1) return filled[0] ?? null;
  const sum = newSketch();
  for (const sketch of filled) sum.merge(sketch);
  return sum;
}

import type { LastMinute } from '../domain/queue';
import { COUNTER_METRICS, type CounterMetric } from '../domain/series';
import { newSketch, quantiles, type Sketch } from '../history/sketch';
import type { JobEvent } from '../sources/source';
import { countedAs } from './counted';

const COUNTERS = COUNTER_METRICS.length;
const INDEX = Object.fromEntries(COUNTER_METRICS.map((name, index) => [name, index])) as Record<CounterMetric, number>;
const WINDOW_SECONDS = 60;
/** Seconds of one slice of the sliding distributions: the last minute's quantiles cover 60 to 70 s. */
const SLICE_SECONDS = 10;

/** Nothing happened, and nothing was missed: one object for all such queues, told by its identity. */
export const QUIET_MINUTE: LastMinute = Object.freeze({
  arrived: 0,
  started: 0,
  completed: 0,
  failed: 0,
  failedAttempts: 0,
  stalled: 0,
  runMs: Object.freeze({ p50: null, p95: null, p99: null }),
  waitMs: Object.freeze({ p50: null, p95: null, p99: null }),
  quality: 'exact',
});

type Slice = { index: number; run: Sketch; wait: Sketch };

/** What happened in one queue in the last 60 s, second by second. Pure but for its memory; times are ms by the broker's clock. */
export class RecentFigures {
  private readonly seconds = new Int32Array(COUNTERS * WINDOW_SECONDS);
  private readonly secondAt = new Float64Array(WINDOW_SECONDS);
  private slices: Slice[] = [];
  /** Second of the newest event. */
  private newest = -Infinity;
  private lastGap: { to: number; reason: string } | null = null;

  /** `exactSince`: events before it may have been missed. */
  constructor(private readonly exactSince: number) {}

  take(events: readonly JobEvent[]): void {
    for (const event of events) {
      const { metric, by, took } = countedAs(event);
      this.count(INDEX[metric], event.at, by);
      if (took) this.sliceOf(event.at)[took.which].accept(took.ms);
    }
  }

  /** Events up to `to` may have been missed. */
  markGap(to: number, reason: string): void {
    if (!this.lastGap || to > this.lastGap.to) this.lastGap = { to, reason };
  }

  /** Events since `from` are about to be told again. */
  forgetSince(from: number): void {
    const second = Math.floor(from / 1000);
    for (const [slot, at] of this.secondAt.entries()) if (at >= second) this.clear(slot);
    this.slices = this.slices.filter(({ index }) => index < Math.floor(second / SLICE_SECONDS));
    this.markGap(from, 'Another collector has taken over: what happened in that second is not counted twice.');
  }

  /** What happened in the 60 s before `now`. */
  lastMinute(now: number): LastMinute {
    const reason = this.whyPartial(now);
    if (reason === null && Math.floor(now / 1000) - this.newest > WINDOW_SECONDS + SLICE_SECONDS) return QUIET_MINUTE;
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
    return {
      arrived: sums[INDEX.arrived] ?? 0,
      started: sums[INDEX.started] ?? 0,
      completed: sums[INDEX.completed] ?? 0,
      failed: sums[INDEX.failed] ?? 0,
      failedAttempts: sums[INDEX.failedAttempts] ?? 0,
      stalled: sums[INDEX.stalled] ?? 0,
      runMs: quantiles(merged(this.slices.map(({ run }) => run))),
      waitMs: quantiles(merged(this.slices.map(({ wait }) => wait))),
      quality: reason === null ? 'exact' : 'partial',
      ...(reason === null ? {} : { reason }),
    };
  }

  private whyPartial(now: number): string | null {
    if (this.lastGap && now - this.lastGap.to < WINDOW_SECONDS * 1000) return this.lastGap.reason;
    const seconds = Math.floor((now - this.exactSince) / 1000);
    return seconds < WINDOW_SECONDS ? `Watching for ${Math.max(0, seconds)} s only.` : null;
  }

  private count(index: number, at: number, by: number): void {
    const second = Math.floor(at / 1000);
    this.newest = Math.max(this.newest, second);
    const slot = second % WINDOW_SECONDS;
    const slotAt = this.secondAt[slot] ?? 0;
    if (slotAt > second) return;
    if (slotAt < second) {
      this.clear(slot);
      this.secondAt[slot] = second;
    }
    const cell = slot * COUNTERS + index;
    this.seconds[cell] = (this.seconds[cell] ?? 0) + by;
  }

  private clear(slot: number): void {
    this.secondAt[slot] = 0;
    this.seconds.fill(0, slot * COUNTERS, (slot + 1) * COUNTERS);
  }

  private sliceOf(at: number): Slice {
    const index = Math.floor(at / 1000 / SLICE_SECONDS);
    const known = this.slices.find((candidate) => candidate.index === index);
    if (known) return known;
    const slice = { index, run: newSketch(), wait: newSketch() };
    this.slices.push(slice);
    const newest = Math.max(...this.slices.map((candidate) => candidate.index));
    this.slices = this.slices.filter((candidate) => candidate.index > newest - WINDOW_SECONDS / SLICE_SECONDS - 1);
    return slice;
  }
}

function merged(sketches: readonly Sketch[]): Sketch | null {
  const filled = sketches.filter(({ count }) => count > 0);
  if (filled.length <= 1) return filled[0] ?? null;
  const sum = newSketch();
  for (const sketch of filled) sum.merge(sketch);
  return sum;
}

import { COUNTER_METRICS } from '../domain/series';
import { bucketOf, DURATION_BOUNDS_MS, type Histogram, type QueueTotals } from '../domain/totals';
import type { JobEvent } from '../sources/source';
import { countedAs } from './counted';

/** Counts what happens in one queue for ever, going on from `stored`. */
export class RunningTotals {
  private readonly own: QueueTotals;
  private version = 1;
  private writtenVersion = 0;

  constructor(stored: QueueTotals | null, since: number) {
    this.own = stored ? copyOf(stored) : noTotals(since);
  }

  take(events: readonly JobEvent[]): void {
    for (const event of events) {
      const { metric, by, took } = countedAs(event);
      const index = COUNTER_METRICS.indexOf(metric);
      this.own.counters[index] = (this.own.counters[index] ?? 0) + by;
      if (took) measure(this.own[took.which], took.ms);
    }
    if (events.length > 0) this.version += 1;
  }

  value(): QueueTotals {
    return this.own;
  }

  /** The store may have lost what was written. */
  markUnwritten(): void {
    this.writtenVersion = 0;
  }

  /** The totals and their version when they are not stored yet, else `null`. */
  unwritten(): { totals: QueueTotals; version: number } | null {
    return this.version === this.writtenVersion ? null : { totals: copyOf(this.value()), version: this.version };
  }

  settle(version: number): void {
    this.writtenVersion = version;
  }
}

function noTotals(since: number): QueueTotals {
  return { since, counters: COUNTER_METRICS.map(() => 0), run: noDurations(), wait: noDurations() };
}

function noDurations(): Histogram {
  return { counts: new Array<number>(DURATION_BOUNDS_MS.length + 1).fill(0), sumMs: 0 };
}

function measure(histogram: Histogram, ms: number): void {
  const bucket = bucketOf(ms);
  histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
  histogram.sumMs += ms;
}

function copyOf({ since, counters, run, wait }: QueueTotals): QueueTotals {
  return {
    since,
    counters: COUNTER_METRICS.map((_, index) => counters[index] ?? 0),
    run: { counts: [...run.counts], sumMs: run.sumMs },
    wait: { counts: [...wait.counts], sumMs: wait.sumMs },
  };
}

import {
  bucketOf,
  DURATION_BOUNDS_MS,
  TOTAL_COUNTERS,
  type Histogram,
  type QueueTotals,
  type TotalCounter,
} from '../domain/totals';
import type { JobEvent } from '../sources/source';

const INDEX = Object.fromEntries(TOTAL_COUNTERS.map((name, index) => [name, index])) as Record<TotalCounter, number>;

/**
 * Counts what happens in one queue for ever, going on from `stored`. What `value` answers never falls below what a
 * predecessor published: readers of counters take a fall for a restart from zero and would count everything again.
 */
export class RunningTotals {
  private readonly own: QueueTotals;
  private floor: QueueTotals | null = null;
  private version = 1;
  private writtenVersion = 0;

  constructor(stored: QueueTotals | null, since: number) {
    this.own = stored ? copyOf(stored) : noTotals(since);
  }

  take(events: readonly JobEvent[]): void {
    for (const event of events) {
      switch (event.type) {
        case 'arrived':
          this.count('arrived', event.count);
          break;
        case 'started':
          this.count('started', 1);
          measure(this.own.wait, event.waitMs);
          break;
        case 'completed':
        case 'failed':
          this.count(event.type, 1);
          measure(this.own.run, event.runMs);
          break;
        case 'attempt-failed':
          this.count('failedAttempts', event.count);
          measure(this.own.run, event.runMs);
          break;
        case 'stalled':
          this.count('stalled', 1);
          break;
        case 'retried':
        case 'delayed':
        case 'removed':
          this.count(event.type, event.count);
          break;
      }
    }
  }

  value(): QueueTotals {
    return this.floor ? highest(this.own, this.floor) : this.own;
  }

  /**
   * Takes over from a collector that published `theirs`. `isReplayed`: all events will still be read here too, so
   * ours catch up by themselves; else what only the other one heard is taken on.
   */
  takeOver(theirs: QueueTotals | null, isReplayed: boolean): void {
    this.writtenVersion = 0;
    if (!theirs) return;
    if (isReplayed) this.floor = copyOf(theirs);
    else Object.assign(this.own, highest(this.own, theirs));
  }

  /** The totals and their version when they are not stored yet, else `null`. */
  unwritten(): { totals: QueueTotals; version: number } | null {
    return this.version === this.writtenVersion ? null : { totals: copyOf(this.value()), version: this.version };
  }

  settle(version: number): void {
    this.writtenVersion = version;
  }

  private count(name: TotalCounter, by: number): void {
    this.own.counters[INDEX[name]] = (this.own.counters[INDEX[name]] ?? 0) + by;
    this.version += 1;
  }
}

function noTotals(since: number): QueueTotals {
  return { since, counters: TOTAL_COUNTERS.map(() => 0), run: noDurations(), wait: noDurations() };
}

function noDurations(): Histogram {
  return { counts: new Array<number>(DURATION_BOUNDS_MS.length + 1).fill(0), sumMs: 0 };
}

function measure(histogram: Histogram, ms: number | null): void {
  if (ms === null) return;
  const bucket = bucketOf(ms);
  histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
  histogram.sumMs += ms;
}

function copyOf({ since, counters, run, wait }: QueueTotals): QueueTotals {
  return {
    since,
    counters: TOTAL_COUNTERS.map((_, index) => counters[index] ?? 0),
    run: { counts: [...run.counts], sumMs: run.sumMs },
    wait: { counts: [...wait.counts], sumMs: wait.sumMs },
  };
}

function highest(a: QueueTotals, b: QueueTotals): QueueTotals {
  const each = (left: readonly number[], right: readonly number[]) =>
    left.map((value, index) => Math.max(value, right[index] ?? 0));
  const durations = (left: Histogram, right: Histogram) => ({
    counts: each(left.counts, right.counts),
    sumMs: Math.max(left.sumMs, right.sumMs),
  });
  return {
    since: Math.min(a.since, b.since),
    counters: each(a.counters, b.counters),
    run: durations(a.run, b.run),
    wait: durations(a.wait, b.wait),
  };
}

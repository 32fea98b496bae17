import { createHash } from 'node:crypto';
import { overdueMs } from '../domain/backlog';
import type { Age, Counts, Queue } from '../domain/queue';
import type { QueueTotals } from '../domain/totals';
import type { Labels } from './metric';

/** Stands in the place of a queue's name for all that are not shown one by one. */
export const OTHER = '_other';
/** Longer names are cut and told apart by a digest. */
const MAX_LABEL = 200;

export type Gauges = Pick<Queue, 'counts' | 'backlog' | 'oldestWaitingMs' | 'workers' | 'isPaused'> & {
  /** Ages by state, ms; absent where they cannot be known. */
  oldest: OldestAges;
  overdueMs: number | null;
  activeWithoutLock: number | null;
  isExact: boolean | null;
};

export type OldestAges = Partial<Record<'waiting' | 'paused' | 'prioritized' | 'waiting-children', number>>;

/** One queue, or the sum of those of one source that are not shown one by one. */
export type ShownQueue = { labels: Labels; gauges: Gauges | null; totals: QueueTotals | null };

/**
 * Decides which queues get lines of their own, so that the labels stay bounded. A queue stays where it was put for as
 * long as the process lives, and what a summed-up queue had counted stays in the sum when it goes: else the sum would
 * fall, which readers take for a restart.
 */
export class ShownQueues {
  private readonly labels = new Map<string, Labels>();
  private readonly summed = new Map<string, { source: string; totals: QueueTotals | null }>();
  private readonly gone = new Map<string, QueueTotals>();
  private readonly otherLabels = new Map<string, Labels>();

  constructor(private readonly max: number) {}

  /** Queues in the sum at the last call. */
  get summedCount(): number {
    return this.summed.size;
  }

  /** `isCurrent` says whether what is known of a source's queues is true now; if not they have counters only. */
  list(
    queues: readonly Queue[],
    totalsOf: (key: string) => QueueTotals | null,
    isCurrent: (source: string) => boolean,
  ): ShownQueue[] {
    this.assign(queues, totalsOf);
    const shown: ShownQueue[] = [];
    const others = new Map<string, Gauges[]>();
    for (const queue of queues) {
      const gauges = isCurrent(queue.id.source) ? gaugesOf(queue) : null;
      const labels = this.labels.get(queue.key);
      if (labels) shown.push({ labels, gauges, totals: totalsOf(queue.key) });
      else if (gauges) others.set(queue.id.source, [...(others.get(queue.id.source) ?? []), gauges]);
    }
    const totals = this.sumsBySource();
    for (const source of new Set([...totals.keys(), ...others.keys()])) {
      const gauges = others.get(source);
      shown.push({
        labels: this.labelsOfOther(source),
        gauges: gauges ? sumOfGauges(gauges) : null,
        totals: totals.get(source) ?? null,
      });
    }
    return shown;
  }

  private assign(queues: readonly Queue[], totalsOf: (key: string) => QueueTotals | null): void {
    const present = new Set(queues.map(({ key }) => key));
    for (const key of this.labels.keys()) if (!present.has(key)) this.labels.delete(key);
    for (const [key, { source, totals }] of this.summed) {
      if (present.has(key)) continue;
      this.summed.delete(key);
      const before = this.gone.get(source);
      if (totals) this.gone.set(source, before ? sum(before, totals) : totals);
    }
    // The queues known longest are shown: the same ones in every process.
    const added = queues.filter(({ key }) => !this.labels.has(key) && !this.summed.has(key));
    const since = (key: string) => totalsOf(key)?.since ?? Infinity;
    if (this.labels.size + added.length > this.max)
      added.sort((a, b) => compare(since(a.key), since(b.key)) || compare(a.key, b.key));
    for (const { key, id, kind } of added) {
      if (this.labels.size < this.max)
        this.labels.set(key, {
          source: id.source,
          namespace: bounded(id.namespace),
          queue: bounded(id.name),
          kind,
        });
      else this.summed.set(key, { source: id.source, totals: null });
    }
    for (const [key, one] of this.summed) one.totals = totalsOf(key) ?? one.totals;
  }

  private sumsBySource(): Map<string, QueueTotals> {
    const sums = new Map(this.gone);
    for (const { source, totals } of this.summed.values()) {
      if (!totals) continue;
      const before = sums.get(source);
      sums.set(source, before ? sum(before, totals) : totals);
    }
    return sums;
  }

  private labelsOfOther(source: string): Labels {
    const known = this.otherLabels.get(source);
    if (known) return known;
    const labels = { source, namespace: '', queue: OTHER, kind: '' };
    this.otherLabels.set(source, labels);
    return labels;
  }
}

function compare<T>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function bounded(text: string): string {
  if (text.length <= MAX_LABEL) return text;
  return `${text.slice(0, MAX_LABEL)}…${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}

function gaugesOf(queue: Queue): Gauges {
  const { counts, backlog, oldestWaitingMs, workers, isPaused, lastMinute } = queue;
  return {
    counts,
    backlog,
    // Nothing waits: the age is known, and it is 0.
    oldestWaitingMs: oldestWaitingMs ?? (backlog === 0 ? 0 : null),
    workers,
    isPaused,
    oldest: agesOf(queue),
    overdueMs: queue.oldest ? overdueMs(queue.oldest, queue.readAt) : null,
    activeWithoutLock: queue.stalledJobs ?? null,
    isExact: lastMinute.quality === 'unknown' ? null : lastMinute.quality === 'exact',
  };
}

/** Nothing waits: the age is known, and it is 0. */
function agesOf({ oldest, counts }: Queue): OldestAges {
  if (!oldest) return {};
  const { waiting, paused, prioritized, waitingChildren } = oldest;
  return {
    ...ageOf('waiting', waiting, counts.waiting),
    ...ageOf('paused', paused, counts.paused),
    ...ageOf('prioritized', prioritized, counts.prioritized),
    ...ageOf('waiting-children', waitingChildren, counts.waitingChildren),
  };
}

function ageOf(state: keyof OldestAges, age: Age | null, count: number | null): OldestAges {
  if (age) return { [state]: age.ms };
  return count === 0 ? { [state]: 0 } : {};
}

/** Sums of what is known; the oldest age of all; "paused" and "exact" only where it holds for all. */
function sumOfGauges(all: readonly Gauges[]): Gauges {
  const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  const add = (values: readonly (number | null)[]) =>
    known(values).length === 0 ? null : known(values).reduce((total, value) => total + value, 0);
  const states = Object.keys(all[0]?.counts ?? {}) as (keyof Counts)[];
  const oldest = known(all.map(({ oldestWaitingMs }) => oldestWaitingMs));
  const overdue = known(all.map((gauges) => gauges.overdueMs));
  const ages: OldestAges = {};
  for (const gauges of all)
    for (const [state, ms] of Object.entries(gauges.oldest) as [keyof OldestAges, number][])
      ages[state] = Math.max(ages[state] ?? 0, ms);
  return {
    counts: Object.fromEntries(states.map((state) => [state, add(all.map(({ counts }) => counts[state]))])) as Counts,
    backlog: add(all.map(({ backlog }) => backlog)),
    oldestWaitingMs: oldest.length === 0 ? null : oldest.reduce((max, age) => Math.max(max, age), 0),
    oldest: ages,
    overdueMs: overdue.length === 0 ? null : Math.max(...overdue),
    workers: add(all.map(({ workers }) => workers)),
    isPaused: all.every(({ isPaused }) => isPaused === true),
    activeWithoutLock: add(all.map(({ activeWithoutLock }) => activeWithoutLock)),
    isExact: all.every(({ isExact }) => isExact === true),
  };
}

function sum(a: QueueTotals, b: QueueTotals): QueueTotals {
  const each = (left: readonly number[], right: readonly number[]) =>
    left.map((value, index) => value + (right[index] ?? 0));
  return {
    since: Math.min(a.since, b.since),
    counters: each(a.counters, b.counters),
    run: { counts: each(a.run.counts, b.run.counts), sumMs: a.run.sumMs + b.run.sumMs },
    wait: { counts: each(a.wait.counts, b.wait.counts), sumMs: a.wait.sumMs + b.wait.sumMs },
  };
}

import type { JobEvent } from '../sources/source';
import type { Queue } from '../domain/queue';
import { RecentJobs } from './recent-jobs';
import { RecentKinds } from './recent-kinds';
import { typicalRunOf, type TypicalRun } from './typical-run';
import { SlotRing } from './slot-ring';

export const SLOT_MS = 5_000;
/** A quarter of an hour. */
const SLOTS = 180;
export const RECENT_MS = SLOTS * SLOT_MS;

/**
 * Sums of logarithms give the geometric mean, which a few slow runs do not move much. `looks…`: looks, those at which
 * jobs waited, and sums over the looks of backlog, active jobs and workers.
 */
export const RECENT_FIELDS = [
  'arrived',
  'started',
  'completed',
  'failed',
  'attempts',
  'stalled',
  'retried',
  'delayed',
  'removed',
  'runs',
  'runMs',
  'runLog',
  'runLog2',
  'waits',
  'waitLog',
  'looks',
  'looksWaiting',
  'backlog',
  'active',
  'workers',
] as const;
export type RecentField = (typeof RECENT_FIELDS)[number];

/** What happened in one queue in the last quarter of an hour, by its events and by looking at it. Pure but for its memory. */
export class Lately {
  private readonly ring = new SlotRing<RecentField>(SLOT_MS, SLOTS, RECENT_FIELDS);
  readonly names = new RecentKinds();
  readonly failures = new RecentKinds();
  readonly jobs = new RecentJobs();
  private exactFrom: number;
  private lastAt = 0;
  /** Jobs that failed for good with none completed in between, up to now. Times ms. */
  private streak = { jobs: 0, from: 0, to: 0 };
  /** The streak before, and how many have been completed since. */
  private ended = { jobs: 0, completed: 0 };

  /** Before `since` (ms, broker's clock) nothing is known. */
  constructor(since: number) {
    this.exactFrom = since;
  }

  /** Events up to here may have been missed. */
  markGap(to: number): void {
    this.exactFrom = Math.max(this.exactFrom, to);
  }

  take(events: readonly JobEvent[]): void {
    for (const event of events) this.takeOne(event);
  }

  /** One look at the queue at `at`. */
  observe({ backlog, counts, workers }: Pick<Queue, 'backlog' | 'counts' | 'workers'>, at: number): void {
    this.ring.add(at, 'looks', 1);
    if ((backlog ?? 0) > 0) this.ring.add(at, 'looksWaiting', 1);
    this.ring.add(at, 'backlog', backlog ?? 0);
    this.ring.add(at, 'active', counts.active ?? 0);
    this.ring.add(at, 'workers', workers ?? 0);
  }

  /** Sum over the `ms` that end `endsAgo` before `now`, of whole slots: what fills now is left out. */
  sum(field: RecentField, now: number, ms: number, endsAgo = 0): number {
    const to = edge(now) - endsAgo;
    return this.ring.sum(field, to - ms, to);
  }

  each(field: RecentField, now: number, ms: number, endsAgo = 0): number[] {
    const to = edge(now) - endsAgo;
    return this.ring.each(field, to - ms, to);
  }

  /** Including the slot that fills now. */
  sumToNow(field: RecentField, now: number, ms: number): number {
    return this.ring.sum(field, edge(now) - ms, now + 1);
  }

  /** Average over the looks of that time; `null` where nobody looked. */
  mean(field: 'backlog' | 'active' | 'workers' | 'looksWaiting', now: number, ms: number, endsAgo = 0): number | null {
    const looks = this.sum('looks', now, ms, endsAgo);
    return looks === 0 ? null : this.sum(field, now, ms, endsAgo) / looks;
  }

  /** Mean backlog of each slot of that time, oldest first; `null` where nobody looked. */
  levels(now: number, ms: number, endsAgo = 0): (number | null)[] {
    const looks = this.each('looks', now, ms, endsAgo);
    return this.each('backlog', now, ms, endsAgo).map((sum, index) => {
      const count = looks[index] ?? 0;
      return count === 0 ? null : sum / count;
    });
  }

  finished(now: number, ms: number, endsAgo = 0): number {
    return this.sum('completed', now, ms, endsAgo) + this.sum('failed', now, ms, endsAgo);
  }

  /** Typical run of that time; `null` without any. */
  typicalRun(now: number, ms: number, endsAgo = 0): TypicalRun | null {
    const [runs, log, squares] = (['runs', 'runLog', 'runLog2'] as const).map((field) =>
      this.sum(field, now, ms, endsAgo),
    ) as [number, number, number];
    return typicalRunOf(runs, log, squares);
  }

  typicalWait(now: number, ms: number): { ms: number; waits: number } | null {
    const waits = this.sum('waits', now, ms);
    return waits === 0 ? null : { ms: Math.exp(this.sum('waitLog', now, ms) / waits), waits };
  }

  meanRunMs(now: number, ms: number): number | null {
    const runs = this.sum('runs', now, ms);
    return runs === 0 ? null : this.sum('runMs', now, ms) / runs;
  }

  /** Whether all events of the `ms` that end `endsAgo` before `now` were heard. */
  isWhole(now: number, ms: number, endsAgo = 0): boolean {
    return edge(now) - endsAgo - ms >= this.exactFrom;
  }

  /** How long without a gap events have been heard, ms. */
  knownMs(now: number): number {
    return Math.max(0, Math.min(RECENT_MS, now - this.exactFrom));
  }

  /** How many of the last jobs to end failed for good, one after the other. Times ms. */
  failedInARow(): Readonly<{ jobs: number; from: number; to: number }> {
    return this.streak;
  }

  /** How many failed in a row the last time that any did, and how many have been completed since. */
  afterFailures(): Readonly<{ jobs: number; completed: number }> {
    return this.streak.jobs > 0 ? { jobs: this.streak.jobs, completed: 0 } : this.ended;
  }

  /** Nothing happened in as long as is remembered. */
  isQuiet(now: number): boolean {
    return now - this.lastAt > RECENT_MS;
  }

  private takeOne(event: JobEvent): void {
    const { at, name = null, type } = event;
    this.lastAt = Math.max(this.lastAt, at);
    switch (type) {
      case 'arrived':
      case 'retried':
      case 'delayed':
      case 'removed':
        this.ring.add(at, type, event.count);
        if (type === 'arrived' && name !== null) this.names.add(at, name, 'count', event.count);
        return;
      case 'started':
        this.ring.add(at, 'started', 1);
        if (event.waitMs !== null) {
          this.ring.add(at, 'waits', 1);
          this.ring.add(at, 'waitLog', logOf(event.waitMs));
        }
        return;
      case 'stalled':
        this.ring.add(at, 'stalled', 1);
        return;
      case 'completed':
      case 'failed':
      case 'attempt-failed': {
        const count = type === 'attempt-failed' ? event.count : 1;
        this.ring.add(at, type === 'attempt-failed' ? 'attempts' : type, count);
        this.takeRun(at, name, event.runMs);
        if (type === 'completed') {
          const { jobs } = this.streak;
          this.ended = jobs > 0 ? { jobs, completed: 1 } : { ...this.ended, completed: this.ended.completed + 1 };
          this.streak = { jobs: 0, from: 0, to: 0 };
        }
        if (type === 'failed')
          this.streak = { jobs: this.streak.jobs + 1, from: this.streak.jobs === 0 ? at : this.streak.from, to: at };
        if (type !== 'completed') {
          const { group = null, jobId = null } = event.failure ?? {};
          if (group) this.failures.add(at, group.fingerprint, 'count', count, group.title);
          if (group && type === 'failed') this.failures.add(at, group.fingerprint, 'ended', 1, group.title);
          if (jobId !== null) this.jobs.failed(jobId, at, name);
        }
      }
    }
  }

  private takeRun(at: number, name: string | null, runMs: number | null): void {
    if (runMs === null) return;
    this.ring.add(at, 'runs', 1);
    this.ring.add(at, 'runMs', runMs);
    this.ring.add(at, 'runLog', logOf(runMs));
    this.ring.add(at, 'runLog2', logOf(runMs) ** 2);
    if (name === null) return;
    this.names.addRun(at, name, runMs);
  }
}

/** Durations below a millisecond are as good as one. */
function logOf(ms: number): number {
  return Math.log(Math.max(1, ms));
}

/** End of the last whole slot whose events are all in: they are told within a second. */
function edge(now: number): number {
  return Math.floor((now - 500) / SLOT_MS) * SLOT_MS;
}

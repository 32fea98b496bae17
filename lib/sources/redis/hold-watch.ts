import { LATE_SHARE } from '../../domain/stall';
import type { Redis } from '../../redis/connection';
import type { HeldJob, HoldSample, StallSighting } from '../source';
import { isForbidden } from './broker-facts';
import { lockMsOf, readHeld, readTaken } from './lock-check';
import type { Watched, WatchedQueues } from './watched';

/** The job taken first is the same for this long: it and its neighbours are looked at. */
const SUSPECT_AFTER_MS = 2_500;
const EVERY_MS = 5_000;
/** Sooner, where a lock will be late before: it is looked at just then. */
const SOONEST_MS = 500;
const SLACK_MS = 100;
/** Bull's workers take a job in one step and lock it in the next: who was never seen before may be in between. */
const LOCKED_WITHIN_MS = 1_000;
/** Queues looked at in one look, and jobs of each: a millisecond of the broker's time. */
const QUEUES_AT_ONCE = 10;
const JOBS_A_QUEUE = 50;
/** What was seen of a job is kept for this long after it was last seen. */
const KEPT_MS = 5 * 60_000;
const MAX_KEPT = 10_000;

/** A job that its library found stalled. `takenAt`: ms by the broker's clock, `null` when its start was not seen. */
export type RawStall = { base: string; jobId: string; at: number; takenAt: number | null };

/**
 * Looks at the locks of active jobs where the job taken first does not end. What it saw of a job (when it was taken, and
 * whose token its lock held) is remembered, because nothing of it is left when the job has stalled.
 */
export class HoldWatch {
  private readonly seen = new Map<string, { job: HeldJob; at: number }>();

  constructor(
    private readonly redis: Redis,
    private readonly queues: WatchedQueues,
  ) {}

  /** Samples of the queues whose turn it is. `now`: ms; `at`: the same by the broker's clock. */
  async step(now: number, at: number): Promise<HoldSample[]> {
    const samples: HoldSample[] = [];
    const due: Watched[] = [];
    for (const watched of this.queues.values()) {
      if (watched.unread !== null) continue;
      if (isSuspect(watched, now)) {
        const isLate = watched.lateAt !== null && now >= watched.lateAt;
        if (isLate || now - watched.locksAt >= EVERY_MS) due.push(watched);
        continue;
      }
      const isEmpty = watched.reading !== null && (watched.reading.counts.active ?? 0) === 0;
      if (watched.isSampled) samples.push({ queue: watched.id, at, jobs: [], lockMs: watched.lockMs });
      watched.isSampled = false;
      watched.withoutLock = isEmpty ? 0 : null;
    }
    due.sort((a, b) => a.locksAt - b.locksAt);
    for (const watched of due.slice(0, QUEUES_AT_ONCE)) {
      watched.locksAt = now;
      watched.lateAt = null;
      const sample = await this.sample(watched, now, at);
      if (sample) samples.push(sample);
    }
    this.forgetOld(at);
    return samples;
  }

  /** What is known of jobs that have just stalled. */
  async sightings(stalls: readonly RawStall[]): Promise<StallSighting[]> {
    const unseen = new Map<string, string[]>();
    for (const { base, jobId } of stalls)
      if (this.queues.get(base)?.unread === null && !this.seen.has(keyOf(base, jobId)))
        unseen.set(base, [...(unseen.get(base) ?? []), jobId]);
    const read = new Map<string, HeldJob>();
    for (const [base, ids] of unseen)
      for (const job of await readTaken(this.redis, base, ids)) read.set(keyOf(base, job.id), job);
    return stalls.flatMap(({ base, jobId, at, takenAt }) => {
      const watched = this.queues.get(base);
      const job = this.seen.get(keyOf(base, jobId))?.job ?? read.get(keyOf(base, jobId));
      if (!watched || !job) return [];
      this.seen.delete(keyOf(base, jobId));
      // It may have been taken again already, which says nothing of the time before.
      const before = job.takenAt !== null && job.takenAt < at ? job.takenAt : null;
      return [
        {
          queue: watched.id,
          at,
          job: { ...job, takenAt: takenAt ?? before, hasLock: false, lockTtlMs: null },
          lockMs: watched.lockMs,
        },
      ];
    });
  }

  private async sample(watched: Watched, now: number, at: number): Promise<HoldSample | null> {
    let jobs: HeldJob[];
    try {
      jobs = await readHeld(this.redis, watched.base, JOBS_A_QUEUE);
    } catch (error) {
      if (!isForbidden(error)) throw error;
      watched.withoutLock = null;
      return null;
    }
    const young = new Set<string>();
    const all = jobs.map((job): HeldJob => {
      const key = keyOf(watched.base, job.id);
      const { job: before, at: seenAt = at } = this.seen.get(key) ?? {};
      const takenAt = watched.lives.runningSince(job.id) ?? job.takenAt;
      // Of a lock that is gone, what it said while the same run held it.
      const token = job.token ?? (before?.takenAt === takenAt ? before.token : null);
      const now = { ...job, takenAt, token };
      this.seen.delete(key);
      this.seen.set(key, { job: now, at });
      const isSettled = at - Math.min(seenAt, takenAt ?? at) >= LOCKED_WITHIN_MS || watched.oldestActive?.id === job.id;
      if (!job.hasLock && !isSettled) young.add(job.id);
      return now;
    });
    const known = all.filter(({ id }) => !young.has(id));
    const lockMs = lockMsOf(known);
    if (lockMs !== null) watched.lockMs = Math.max(watched.lockMs ?? 0, lockMs);
    watched.isSampled = true;
    watched.lateAt = lateAt(known, watched.lockMs, now);
    watched.withoutLock = known.filter(({ hasLock }) => !hasLock).length;
    return { queue: watched.id, at, jobs: known, lockMs: watched.lockMs };
  }

  private forgetOld(at: number): void {
    for (const [key, entry] of this.seen) {
      if (at - entry.at < KEPT_MS && this.seen.size <= MAX_KEPT) return;
      this.seen.delete(key);
    }
  }
}

/** When the first of these locks will be late. */
function lateAt(jobs: readonly HeldJob[], lockMs: number | null, now: number): number | null {
  if (lockMs === null) return null;
  const left = jobs.flatMap(({ hasLock, lockTtlMs = null }) => {
    const ms = hasLock && lockTtlMs !== null ? lockTtlMs - (1 - LATE_SHARE) * lockMs : -1;
    return ms > 0 ? [ms] : [];
  });
  return left.length === 0 ? null : now + Math.max(SOONEST_MS, Math.min(...left) + SLACK_MS);
}

function isSuspect({ oldestActive, reading }: Watched, now: number): boolean {
  return oldestActive !== null && (reading?.counts.active ?? 0) > 0 && now - oldestActive.since >= SUSPECT_AFTER_MS;
}

function keyOf(base: string, jobId: string): string {
  return `${base} ${jobId}`;
}

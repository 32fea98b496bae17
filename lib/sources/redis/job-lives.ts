import type { JobEvent } from '../source';

/** Jobs followed at once in one queue. Beyond it new ones are not followed, since the oldest run first. */
const MAX_FOLLOWED = 50_000;

/** A library's event before it is understood. `at`: ms, broker's clock. */
export type RawEvent = {
  at: number;
  jobId: string;
  type: 'added' | 'waiting' | 'active' | 'delayed' | 'completed' | 'failed' | 'stalled' | 'removed';
};

/** What a job's hash says, asked only for events that cannot be understood without it. */
export type JobFacts = { attemptsMade: number | null; processedOn: number | null };

type Life = {
  waitingSince: number | null;
  startedAt: number | null;
  /** As last read from the hash; `null` when never read. */
  attemptsMade: number | null;
  hasStalled: boolean;
};

/**
 * Follows the jobs of one queue from event to event, to tell waits from runs and retries from returns. Feed it with
 * all events of the queue in order: `questions` first says which hashes to read, then `take` turns events into figures.
 *
 * A job that leaves `active` without finishing had a failed attempt only if its count of attempts grew; else it was
 * returned (rate limit, stall recovery, waiting for children). Source of the rule: both libraries raise the count in
 * the script that records the failure.
 */
export class JobLives {
  private readonly lives = new Map<string, Life>();

  /** Ids whose hash is needed to understand `events`. */
  questions(events: readonly RawEvent[]): string[] {
    const ids = new Set<string>();
    const startedHere = new Set<string>();
    for (const { type, jobId } of events) {
      const isRunning = startedHere.has(jobId) || (this.lives.get(jobId)?.startedAt ?? null) !== null;
      if (type === 'active') startedHere.add(jobId);
      if (isRunning && (type === 'active' || type === 'waiting' || type === 'delayed')) ids.add(jobId);
      if (!isRunning && (type === 'completed' || type === 'failed')) ids.add(jobId);
    }
    return [...ids];
  }

  take(events: readonly RawEvent[], facts: ReadonlyMap<string, JobFacts>): JobEvent[] {
    const out: JobEvent[] = [];
    for (const event of events) this.takeOne(event, facts.get(event.jobId), out);
    return out;
  }

  /** When this job began to wait, if that was seen (ms, broker's clock). */
  waitingSince(jobId: string): number | null {
    return this.lives.get(jobId)?.waitingSince ?? null;
  }

  /** After a gap nothing that was known of running jobs can be relied on. */
  forget(): void {
    this.lives.clear();
  }

  private takeOne({ at, jobId, type }: RawEvent, facts: JobFacts | undefined, out: JobEvent[]): void {
    const life = this.lives.get(jobId);
    switch (type) {
      case 'added':
        out.push({ at, type: 'arrived', count: 1 });
        break;
      case 'waiting':
        if (life && life.startedAt !== null) this.leaveActive(life, at, facts, out);
        this.follow(jobId).waitingSince = at;
        break;
      case 'delayed':
        if (life && life.startedAt !== null) this.leaveActive(life, at, facts, out);
        break;
      case 'active': {
        const now = this.follow(jobId);
        if (now.startedAt !== null) this.leaveActive(now, at, facts, out);
        out.push({ at, type: 'started', waitMs: elapsed(now.waitingSince, at) });
        now.startedAt = at;
        now.waitingSince = null;
        break;
      }
      case 'completed':
      case 'failed':
        out.push({ at, type, runMs: elapsed(life?.startedAt ?? facts?.processedOn ?? null, at) });
        this.lives.delete(jobId);
        break;
      case 'stalled':
        out.push({ at, type: 'stalled' });
        if (life) life.hasStalled = true;
        break;
      case 'removed':
        this.lives.delete(jobId);
        break;
    }
  }

  private leaveActive(life: Life, at: number, facts: JobFacts | undefined, out: JobEvent[]): void {
    const attemptsMade = facts?.attemptsMade ?? null;
    if (attemptsMade !== null) {
      const unseen = life.hasStalled ? 0 : Math.min(1, attemptsMade);
      const count = life.attemptsMade === null ? unseen : attemptsMade - life.attemptsMade;
      if (count > 0) out.push({ at, type: 'attempt-failed', count, runMs: elapsed(life.startedAt, at) });
      life.attemptsMade = attemptsMade;
    }
    life.startedAt = null;
    life.hasStalled = false;
  }

  private follow(jobId: string): Life {
    const known = this.lives.get(jobId);
    if (known) return known;
    const life: Life = { waitingSince: null, startedAt: null, attemptsMade: null, hasStalled: false };
    if (this.lives.size < MAX_FOLLOWED) this.lives.set(jobId, life);
    return life;
  }
}

/** ms from `start` to `end`; clocks of different hosts can make it negative, which counts as none. */
function elapsed(start: number | null, end: number): number | null {
  return start === null ? null : Math.max(0, end - start);
}

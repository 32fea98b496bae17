import type { JobEvent } from '../source';
import { tallyAttempts } from './attempts';

/** Jobs followed at once in one queue. Beyond it new ones are not followed, since the oldest run first. */
const MAX_FOLLOWED = 50_000;
/** Jobs can vanish without an event (drained, obliterated, Bull's removals): this many may be followed in vain. */
const VANISHED_SLACK = 1_000;

/**
 * A library's event before it is understood. `at`: ms, broker's clock. `stalled-out`: failed because it stalled too
 * often. `exhausted` follows `failed` and carries the count of attempts.
 */
export type RawEvent = {
  at: number;
  jobId: string;
  type:
    | 'added'
    | 'waiting'
    | 'active'
    | 'delayed'
    | 'completed'
    | 'failed'
    | 'stalled'
    | 'stalled-out'
    | 'exhausted'
    | 'removed';
  attemptsMade?: number;
};

/** What a job's hash says, asked only for events that cannot be understood without it. */
export type JobFacts = { attemptsMade: number | null; processedOn: number | null };

export type Life = {
  waitingSince: number | null;
  startedAt: number | null;
  /** Failed attempts accounted for; `null` when it is not known how many there were before we looked. */
  counted: number | null;
};

/**
 * Follows the jobs of one queue from event to event, to tell waits from runs and retries from returns. Feed it with
 * all events of the queue in order: `questions` first says which hashes to read, then `take` turns events into figures.
 */
export class JobLives {
  private readonly lives = new Map<string, Life>();

  constructor(private readonly kind: 'bull' | 'bullmq') {}

  /** Ids whose hash is needed to understand `events`. */
  questions(events: readonly RawEvent[]): string[] {
    const ids = new Set<string>();
    const running = new Map<string, boolean>();
    for (const { type, jobId } of events) {
      const isRunning = running.get(jobId) ?? this.isRunning(jobId);
      if (isRunning && (type === 'active' || type === 'waiting' || type === 'delayed')) ids.add(jobId);
      if (!isRunning && (type === 'completed' || type === 'failed')) ids.add(jobId);
      if (type === 'active') running.set(jobId, true);
      else if (type !== 'removed' && type !== 'exhausted') running.set(jobId, false);
    }
    return [...ids];
  }

  take(events: readonly RawEvent[], facts: ReadonlyMap<string, JobFacts>): JobEvent[] {
    const { failedLeaves, counted } = tallyAttempts(this.kind, events, this.lives, facts);
    const out: JobEvent[] = [];
    for (const [index, event] of events.entries())
      this.takeOne(event, failedLeaves.has(index), facts.get(event.jobId), out);
    for (const [jobId, count] of counted) {
      const life = this.lives.get(jobId);
      if (life) life.counted = count;
    }
    return out;
  }

  isRunning(jobId: string): boolean {
    return (this.lives.get(jobId)?.startedAt ?? null) !== null;
  }

  /** When this job began to wait, if that was seen (ms, broker's clock). */
  waitingSince(jobId: string): number | null {
    return this.lives.get(jobId)?.waitingSince ?? null;
  }

  /** After a gap nothing that was known of running jobs can be relied on. */
  forget(): void {
    this.lives.clear();
  }

  /** Lets go of the oldest that vanished without an event, given how many unfinished jobs the queue has. */
  prune(unfinishedJobs: number): void {
    let tooMany = this.lives.size - 2 * unfinishedJobs - VANISHED_SLACK;
    for (const jobId of this.lives.keys()) {
      if (tooMany-- <= 0) return;
      this.lives.delete(jobId);
    }
  }

  private takeOne(
    { at, jobId, type }: RawEvent,
    isFailedLeave: boolean,
    facts: JobFacts | undefined,
    out: JobEvent[],
  ): void {
    const life = this.lives.get(jobId);
    if (isFailedLeave)
      out.push({ at, type: 'attempt-failed', count: 1, runMs: this.runOfFailedAttempt(life, type, at) });
    switch (type) {
      case 'added':
        out.push({ at, type: 'arrived', count: 1 });
        this.lives.delete(jobId);
        this.follow(jobId).counted = 0;
        break;
      case 'waiting': {
        const now = this.follow(jobId);
        now.startedAt = null;
        // Bull's rate limiter sends a job round by the delayed set and says "waiting" again: it has waited all along.
        now.waitingSince ??= at;
        break;
      }
      case 'delayed':
        if (life) life.startedAt = life.waitingSince = null;
        break;
      case 'active': {
        const now = this.follow(jobId);
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
        if (life && life.startedAt !== null) {
          life.startedAt = null;
          life.waitingSince = at;
        }
        break;
      case 'stalled-out':
        out.push({ at, type: 'stalled' }, { at, type: 'failed', runMs: null });
        this.lives.delete(jobId);
        break;
      case 'removed':
        this.lives.delete(jobId);
        break;
      case 'exhausted':
        break;
    }
  }

  /** Bull tells of a failed attempt only when the job is waiting or running again: how long it ran is then not known. */
  private runOfFailedAttempt(life: Life | undefined, type: RawEvent['type'], at: number): number | null {
    return this.kind === 'bull' && type !== 'delayed' ? null : elapsed(life?.startedAt ?? null, at);
  }

  private follow(jobId: string): Life {
    const known = this.lives.get(jobId);
    if (known) return known;
    const life: Life = { waitingSince: null, startedAt: null, counted: null };
    if (this.lives.size < MAX_FOLLOWED) this.lives.set(jobId, life);
    return life;
  }
}

/** ms from `start` to `end`; clocks of different hosts can make it negative, which counts as none. */
function elapsed(start: number | null, end: number): number | null {
  return start === null ? null : Math.max(0, end - start);
}

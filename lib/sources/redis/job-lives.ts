import type { Fingerprint } from '../../failures/fingerprint';
import type { FailureSeen, JobEvent } from '../source';
import { isLeave, tallyAttempts } from './attempts';
import { readScheduledJobId } from './repeat-key';

/** Jobs followed at once in one queue. Beyond it new ones are not followed, since the oldest run first. */
const MAX_FOLLOWED = 50_000;
/** A Bull job says when it was retried, by the clock of the host that did it: near enough to "now" is now. */
const RETRIED_WITHIN_MS = 60_000;
const MAX_INTERNED = 500;
/** Jobs that failed for good of which it is remembered what of, should they be brought back. */
const MAX_FAILED_KNOWN = 5_000;
/** Jobs can vanish without an event (drained, obliterated, Bull's removals): this many may be followed in vain. */
const VANISHED_SLACK = 1_000;

/**
 * A library's event before it is understood. `at`: ms, broker's clock. `stalled-out`: failed because it stalled too
 * often. `exhausted` follows `failed` and carries the count of attempts. An empty `jobId` stands for `count` jobs of
 * which only the number is said.
 */
export type RawEvent = {
  at: number;
  jobId: string;
  type:
    | 'added'
    | 'waiting'
    | 'active'
    | 'delayed'
    | 'waiting-children'
    | 'completed'
    | 'failed'
    | 'stalled'
    | 'stalled-out'
    | 'exhausted'
    | 'removed';
  attemptsMade?: number;
  count?: number;
  /** BullMQ: the job's name, in `added`. */
  name?: string;
  /** BullMQ: the state that it came from. */
  prev?: string;
  /** `failed`: the beginning of the error's message. */
  reason?: string;
};

/** What a job's hash says, asked only for events that cannot be understood without it. */
export type JobFacts = { attemptsMade: number | null; processedOn: number | null };

/** What a job's hash says of its name and of where it comes from; times are of its producer's clock, ms. */
export type NameFacts = { name: string | null; retriedOn: number | null; addedAt: number | null };

/** Jobs in a batch of events that were never named, and those that come to wait unknown (when, ms, broker's clock). */
export type JobFirsts = { unnamed: Set<string>; newcomers: Map<string, number> };

export type Life = {
  name: string | null;
  waitingSince: number | null;
  startedAt: number | null;
  /** Fingerprint of the failure that it was brought back from, if any. */
  retryOf?: string;
  /** Failed attempts accounted for; `null` when it is not known how many there were before we looked. */
  counted: number | null;
};

/**
 * Follows the jobs of one queue from event to event, to tell waits from runs and retries from returns. Feed it with
 * all events of the queue in order: `questions` first says which hashes to read, then `take` turns events into figures.
 */
export class JobLives {
  private readonly lives = new Map<string, Life>();
  private readonly seenNames = new Map<string, string>();
  /** Job id → fingerprint of its last failure. */
  private readonly failedOf = new Map<string, string>();

  constructor(private readonly kind: 'bull' | 'bullmq') {}

  /** Ids whose hash is needed to understand `events`. */
  questions(events: readonly RawEvent[]): string[] {
    const ids = new Set<string>();
    const running = new Map<string, boolean>();
    for (const { type, jobId } of events) {
      if (jobId === '') continue;
      const isRunning = running.get(jobId) ?? this.isRunning(jobId);
      if (isRunning && isLeave(type)) ids.add(jobId);
      if (!isRunning && (type === 'completed' || type === 'failed')) ids.add(jobId);
      if (type === 'active') running.set(jobId, true);
      else if (type !== 'removed' && type !== 'exhausted') running.set(jobId, false);
    }
    return [...ids];
  }

  /** Which jobs of `events` have no name yet, and which come to wait without having been known. */
  firsts(events: readonly RawEvent[]): JobFirsts {
    const unnamed = new Set<string>();
    const newcomers = new Map<string, number>();
    const isFollowed = new Map<string, boolean>();
    const named = new Set<string>();
    for (const { at, jobId, type, name } of events) {
      // What was removed has no hash to ask; other events of the job, if any, have asked for it.
      if (jobId === '' || type === 'removed' || type === 'exhausted') continue;
      const wasFollowed = isFollowed.get(jobId) ?? this.lives.has(jobId);
      isFollowed.set(jobId, !isEnd(type));
      if (type === 'waiting' && !wasFollowed) {
        newcomers.set(jobId, at);
        // Bull says `waiting` of a job that a person retries too, whatever was known of it when it failed.
        if (this.kind === 'bull') unnamed.add(jobId);
      }
      if (name !== undefined) named.add(jobId);
      else if (!named.has(jobId) && (this.lives.get(jobId)?.name ?? null) === null) unnamed.add(jobId);
    }
    return { unnamed, newcomers };
  }

  take(
    events: readonly RawEvent[],
    facts: ReadonlyMap<string, JobFacts>,
    names: ReadonlyMap<string, NameFacts> = new Map(),
    kinds: ReadonlyMap<number, Fingerprint | null> = new Map(),
  ): JobEvent[] {
    const { failedLeaves, counted } = tallyAttempts(this.kind, events, this.lives, facts);
    const out: JobEvent[] = [];
    for (const [index, event] of events.entries()) {
      const kind = kinds.get(index);
      const failure = kind === undefined ? {} : { failure: { jobId: event.jobId, group: kind } };
      this.takeOne(event, failedLeaves.has(index), facts.get(event.jobId), names.get(event.jobId), failure, out);
    }
    for (const [jobId, count] of counted) {
      const life = this.lives.get(jobId);
      if (life) life.counted = count;
    }
    return out;
  }

  /** Indexes of `events` by which an attempt failed that is not the job's last. */
  failedAttempts(events: readonly RawEvent[], facts: ReadonlyMap<string, JobFacts>): number[] {
    return [...tallyAttempts(this.kind, events, this.lives, facts).failedLeaves];
  }

  isRunning(jobId: string): boolean {
    return (this.lives.get(jobId)?.startedAt ?? null) !== null;
  }

  /** When this job's run began, if that was seen (ms, broker's clock). */
  runningSince(jobId: string): number | null {
    return this.lives.get(jobId)?.startedAt ?? null;
  }

  isNamed(jobId: string): boolean {
    return (this.lives.get(jobId)?.name ?? null) !== null;
  }

  /** When this job began to wait, if that was seen (ms, broker's clock). */
  waitingSince(jobId: string): number | null {
    return this.lives.get(jobId)?.waitingSince ?? null;
  }

  /** After a gap nothing that was known of running jobs can be relied on. */
  forget(): void {
    this.lives.clear();
  }

  /** One copy of each name, as long as they are few: every event of a stream brings its own. */
  private intern(name: string | null): string | null {
    if (name === null) return null;
    const known = this.seenNames.get(name);
    if (known !== undefined) return known;
    if (this.seenNames.size >= MAX_INTERNED) this.seenNames.clear();
    this.seenNames.set(name, name);
    return name;
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
    { at, jobId, type, name: said, prev, count = 1 }: RawEvent,
    isFailedLeave: boolean,
    facts: JobFacts | undefined,
    read: NameFacts | undefined,
    failure: { failure?: FailureSeen },
    out: JobEvent[],
  ): void {
    if (jobId === '') {
      if (type === 'delayed' || type === 'removed') out.push({ at, name: null, type, count });
      return;
    }
    const life = this.lives.get(jobId);
    const name = said ?? (type === 'added' ? undefined : life?.name) ?? read?.name ?? null;
    if (life) life.name ??= this.intern(name);
    if (isFailedLeave)
      out.push({
        at,
        name,
        type: 'attempt-failed',
        count: 1,
        runMs: this.runOfFailedAttempt(life, type, at),
        ...failure,
      });
    switch (type) {
      case 'added':
        out.push({ at, name, type: 'arrived', count: 1 });
        this.lives.delete(jobId);
        this.follow(jobId, name).counted = 0;
        break;
      case 'waiting': {
        const isRetried = this.isRetried(life, prev, at, read);
        const retryOf = isRetried ? this.takeFailedOf(jobId) : undefined;
        if (isRetried) out.push({ at, name, type: 'retried', count: 1, ...(retryOf === undefined ? {} : { retryOf }) });
        // Bull's way back from a failed attempt leads through the delayed set, be it for a moment.
        if (this.kind === 'bull' && life && life.startedAt !== null) out.push({ at, name, type: 'delayed', count: 1 });
        const now = this.follow(jobId, name);
        now.startedAt = null;
        if (retryOf !== undefined) now.retryOf = retryOf;
        // Bull's rate limiter sends a job round by the delayed set and says "waiting" again: it has waited all along.
        now.waitingSince ??= at;
        break;
      }
      case 'delayed':
        // Bull publishes a score again and again; only of a job that ran it is news.
        if (this.kind === 'bullmq' || (life && life.startedAt !== null))
          out.push({ at, name, type: 'delayed', count: 1 });
        if (life) life.startedAt = life.waitingSince = null;
        break;
      case 'waiting-children':
        if (life) life.startedAt = life.waitingSince = null;
        break;
      case 'active': {
        const now = this.follow(jobId, name);
        out.push({ at, name, type: 'started', waitMs: elapsed(now.waitingSince, at), ...ofScheduler(jobId) });
        now.startedAt = at;
        now.waitingSince = null;
        break;
      }
      case 'completed':
      case 'failed':
        out.push({
          at,
          name,
          type,
          runMs: elapsed(life?.startedAt ?? facts?.processedOn ?? null, at),
          ...ofScheduler(jobId),
          ...(type === 'failed' ? failure : {}),
          ...(life?.retryOf === undefined ? {} : { retryOf: life.retryOf }),
        });
        if (type === 'failed') this.rememberFailure(jobId, failure.failure?.group?.fingerprint);
        this.lives.delete(jobId);
        break;
      case 'stalled':
        out.push({ at, name, type: 'stalled' });
        if (life && life.startedAt !== null) {
          life.startedAt = null;
          life.waitingSince = at;
        }
        break;
      case 'stalled-out':
        out.push(
          { at, name, type: 'stalled' },
          { at, name, type: 'failed', runMs: null, ...failure, ...ofScheduler(jobId) },
        );
        this.lives.delete(jobId);
        break;
      case 'removed':
        out.push({ at, name, type: 'removed', count: 1 });
        this.lives.delete(jobId);
        break;
      case 'exhausted':
        break;
    }
  }

  private rememberFailure(jobId: string, fingerprint: string | undefined): void {
    if (fingerprint === undefined) return;
    if (this.failedOf.size >= MAX_FAILED_KNOWN) this.failedOf.delete(this.failedOf.keys().next().value as string);
    this.failedOf.set(jobId, fingerprint);
  }

  private takeFailedOf(jobId: string): string | undefined {
    const fingerprint = this.failedOf.get(jobId);
    this.failedOf.delete(jobId);
    return fingerprint;
  }

  /** BullMQ says where a job comes from. A Bull job that finished is no longer followed, and its hash says when it was retried. */
  private isRetried(
    life: Life | undefined,
    prev: string | undefined,
    at: number,
    read: NameFacts | undefined,
  ): boolean {
    if (this.kind === 'bullmq') return prev === 'failed' || prev === 'completed';
    const retriedOn = read?.retriedOn ?? null;
    return !life && retriedOn !== null && Math.abs(at - retriedOn) <= RETRIED_WITHIN_MS;
  }

  /** Bull tells of a failed attempt only when the job is waiting or running again: how long it ran is then not known. */
  private runOfFailedAttempt(life: Life | undefined, type: RawEvent['type'], at: number): number | null {
    return this.kind === 'bull' && type !== 'delayed' ? null : elapsed(life?.startedAt ?? null, at);
  }

  private follow(jobId: string, name: string | null): Life {
    const known = this.lives.get(jobId);
    if (known) return known;
    const life: Life = { name: this.intern(name), waitingSince: null, startedAt: null, counted: null };
    if (this.lives.size < MAX_FOLLOWED) this.lives.set(jobId, life);
    return life;
  }
}

/** Jobs of schedulers say by their ids whose they are. */
function ofScheduler(jobId: string): Pick<JobEvent, 'scheduled'> {
  const scheduled = readScheduledJobId(jobId);
  return scheduled === null ? {} : { scheduled };
}

function isEnd(type: RawEvent['type']): boolean {
  return type === 'completed' || type === 'failed' || type === 'stalled-out' || type === 'removed';
}

/** ms from `start` to `end`; clocks of different hosts can make it negative, which counts as none. */
function elapsed(start: number | null, end: number): number | null {
  return start === null ? null : Math.max(0, end - start);
}

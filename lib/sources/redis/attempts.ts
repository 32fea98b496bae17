import type { JobFacts, Life, RawEvent } from './job-lives';

/** One job from one start of its life to the end of the batch or of its life. */
type Tally = {
  jobId: string;
  /** Failed attempts before these events; `null`: unknown. */
  before: number | null;
  isRunning: boolean;
  /** Whether the job's last event took it out of `active`. */
  hasJustLeft: boolean;
  /** Indexes of the events by which it left `active` unfinished and unstalled. */
  leaves: number[];
  end: 'completed' | 'failed' | 'stalled-out' | null;
  /** Attempts in all, as told by the event itself. */
  exhausted: number | null;
};

/**
 * Tells failed attempts from returns among the jobs that left `active` unfinished in `events`.
 *
 * Both libraries raise the job's count of attempts in the step that records a failure, and leave it alone when a job
 * is returned (rate limit, stall recovery, waiting for children): so only as many leaves are failures as the count
 * grew. Where the hash is gone already (removed when finished), every leave that was no stall counts.
 * @returns indexes of the events that stand for a failed attempt, and the count reached by each job that lives on
 */
export function tallyAttempts(
  kind: 'bull' | 'bullmq',
  events: readonly RawEvent[],
  lives: ReadonlyMap<string, Life>,
  facts: ReadonlyMap<string, JobFacts>,
): { failedLeaves: Set<number>; counted: Map<string, number | null> } {
  const current = new Map<string, Tally>();
  const ended: Tally[] = [];
  const lastEnded = new Map<string, Tally>();
  const begin = (jobId: string, before: number | null, isRunning: boolean): Tally => {
    const tally = { jobId, before, isRunning, hasJustLeft: false, leaves: [], end: null, exhausted: null };
    current.set(jobId, tally);
    return tally;
  };
  const open = (jobId: string): Tally => {
    const known = current.get(jobId);
    if (known) return known;
    const life = lastEnded.has(jobId) ? undefined : lives.get(jobId);
    return begin(jobId, life?.counted ?? null, (life?.startedAt ?? null) !== null);
  };

  for (const [index, { jobId, type, attemptsMade }] of events.entries()) {
    if (jobId === '') continue;
    if (type === 'exhausted') {
      const tally = lastEnded.get(jobId);
      if (tally && attemptsMade !== undefined) tally.exhausted = attemptsMade;
      continue;
    }
    if (type === 'added') {
      begin(jobId, 0, false);
      continue;
    }
    const tally = open(jobId);
    const isLeaving = tally.isRunning && isLeave(type);
    if (isLeaving) tally.leaves.push(index);
    // BullMQ says "waiting" before "stalled"; Bull says "stalled" only.
    else if (type === 'stalled' && tally.hasJustLeft) tally.leaves.pop();
    tally.hasJustLeft = isLeaving;
    tally.isRunning = type === 'active';
    if (type === 'completed' || type === 'failed' || type === 'stalled-out' || type === 'removed') {
      tally.end = type === 'removed' ? null : type;
      ended.push(tally);
      lastEnded.set(jobId, tally);
      current.delete(jobId);
    }
  }

  const failedLeaves = new Set<number>();
  const counted = new Map<string, number | null>();
  for (const tally of [...ended, ...current.values()]) {
    const isLast = !current.has(tally.jobId)
      ? lastEnded.get(tally.jobId) === tally
      : current.get(tally.jobId) === tally;
    const reached = attemptsBeforeEnd(kind, tally, isLast ? facts.get(tally.jobId) : undefined);
    const failures = failedAmong(tally, reached);
    for (const index of tally.leaves.slice(0, failures)) failedLeaves.add(index);
    if (current.get(tally.jobId) !== tally) continue;
    if (tally.before !== null) counted.set(tally.jobId, tally.before + failures);
    // Bull's events alone tell stalls from failures, so its count may stay unknown; BullMQ's returns look like retries.
    else if (kind === 'bullmq' && tally.leaves.length > 0 && reached !== null) counted.set(tally.jobId, reached);
  }
  return { failedLeaves, counted };
}

/** Says whether a running job leaves `active` by such an event, unfinished. */
export function isLeave(type: RawEvent['type']): boolean {
  return type === 'active' || type === 'waiting' || type === 'delayed' || type === 'waiting-children';
}

/** Failed attempts of a job without the one that ended it; `null` when the hash does not tell. */
function attemptsBeforeEnd(
  kind: 'bull' | 'bullmq',
  { end, exhausted }: Tally,
  facts: JobFacts | undefined,
): number | null {
  if (exhausted !== null) return exhausted - 1;
  const made = facts?.attemptsMade ?? null;
  if (made === null) return null;
  // BullMQ counts the attempt that completes, Bull only those that fail; neither counts a stall.
  const isEndCounted = end === 'failed' || (end === 'completed' && kind === 'bullmq');
  return made - (isEndCounted ? 1 : 0);
}

function failedAmong({ leaves, before }: Tally, reached: number | null): number {
  if (reached === null) return leaves.length;
  return Math.max(0, Math.min(leaves.length, reached - (before ?? 0)));
}

import type { Job } from '@/lib/domain/job';
import type { JobEventEntry } from '@/lib/domain/job-parts';

/** One run of a job. `null` where it is not recorded. Times in ms since the epoch, `ms` long. */
export type Attempt = {
  number: number;
  startedAt: number | null;
  endedAt: number | null;
  ms: number | null;
  outcome: 'failed' | 'completed' | 'running' | 'stalled' | 'returned';
  /** First line of what was thrown. */
  error: string | null;
  stack: string | null;
};

type Run = Pick<Attempt, 'startedAt' | 'endedAt' | 'outcome'> & { error: string | null };

/** Events that end a run, and how. A run that goes back to wait or is put off has failed or was given back. */
const ENDS: Record<string, Run['outcome']> = {
  completed: 'completed',
  failed: 'failed',
  delayed: 'failed',
  waiting: 'failed',
  stalled: 'stalled',
  'waiting-children': 'returned',
};

/** Runs as the event stream tells them, oldest first; the last one may still go on. */
export function runsOf(events: readonly JobEventEntry[]): Run[] {
  const runs: Run[] = [];
  let open: Run | null = null;
  for (const { at, event, detail } of events) {
    if (event === 'active') {
      open = { startedAt: at, endedAt: null, outcome: 'running', error: null };
      runs.push(open);
      continue;
    }
    const outcome = ENDS[event];
    if (!open || outcome === undefined) continue;
    open.endedAt = at;
    open.outcome = outcome;
    open.error = event === 'failed' ? detail : null;
    open = null;
  }
  return runs;
}

type Known = Pick<Job, 'state' | 'attemptsMade' | 'processedOn' | 'finishedOn' | 'stacktrace' | 'failedReason'>;

/**
 * Every run of a job as far as it is known, newest first. The library keeps the stack of each failed attempt but only
 * the times of the last run; events, where the queue has them, tell the times of the earlier ones.
 */
export function attemptsOf(job: Known, events: readonly JobEventEntry[]): Attempt[] {
  const { state, processedOn, finishedOn, stacktrace } = job;
  const runs = runsOf(events);
  const isRunning = state === 'active';
  const isDone = state === 'completed';
  const failed = stacktrace.map<Attempt>((stack) => ({
    number: 0,
    startedAt: null,
    endedAt: null,
    ms: null,
    outcome: 'failed',
    error: firstLine(stack),
    stack,
  }));
  // Stacks and failed runs are matched from the newest back: the oldest of either may be gone.
  const failedRuns = runs.filter(({ outcome }) => outcome === 'failed');
  for (let back = 1; back <= Math.min(failed.length, failedRuns.length); back += 1) {
    const attempt = failed[failed.length - back] as Attempt;
    const { startedAt, endedAt } = failedRuns[failedRuns.length - back] as Run;
    Object.assign(attempt, { startedAt, endedAt });
  }
  const others = runs.filter(({ outcome }) => outcome === 'stalled' || outcome === 'returned');
  const all: Attempt[] = [
    ...failed,
    ...others.map((run) => ({ ...run, number: 0, ms: null, error: null, stack: null })),
  ];
  if (isRunning || isDone)
    all.push({
      number: 0,
      startedAt: processedOn,
      endedAt: isDone ? finishedOn : null,
      ms: null,
      outcome: isDone ? 'completed' : 'running',
      error: null,
      stack: null,
    });
  else if (state === 'failed') {
    const last = failed.at(-1);
    if (last && last.startedAt === null) Object.assign(last, { startedAt: processedOn, endedAt: finishedOn });
    if (!last)
      all.push({
        number: 0,
        startedAt: processedOn,
        endedAt: finishedOn,
        ms: null,
        outcome: 'failed',
        error: job.failedReason,
        stack: null,
      });
  }
  return sorted(all).map((attempt, index) => ({
    ...attempt,
    number: index + 1,
    ms:
      attempt.startedAt !== null && attempt.endedAt !== null ? Math.max(0, attempt.endedAt - attempt.startedAt) : null,
  }));
}

/** By start where it is known; attempts of which nothing is known are older than those. */
function sorted(attempts: readonly Attempt[]): Attempt[] {
  const unknown = attempts.filter(({ startedAt }) => startedAt === null);
  const known = attempts.filter(({ startedAt }) => startedAt !== null);
  return [...unknown, ...known.sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))];
}

function firstLine(stack: string): string {
  const end = stack.indexOf('\n');
  return (end === -1 ? stack : stack.slice(0, end)).slice(0, 500);
}

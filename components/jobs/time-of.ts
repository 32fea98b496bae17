import type { JobRow } from '@/lib/domain/job';
import type { JobState } from '@/lib/domain/queue';

/** Name of the time that a state is about. */
export const TIME_NAMES: Partial<Record<JobState, string>> = {
  failed: 'Failed',
  completed: 'Completed',
  active: 'Started',
  delayed: 'Due',
};

/** States whose jobs are in the order of a time, so that one can be jumped to. */
export const STATES_BY_TIME: ReadonlySet<JobState> = new Set(['failed', 'completed', 'delayed']);

/** The time that a state is about, ms since the epoch. */
export function timeOf(job: JobRow, state: JobState): number | null {
  if (state === 'failed' || state === 'completed') return job.finishedOn;
  if (state === 'active') return job.processedOn;
  if (state === 'delayed') return job.delayUntil;
  return job.timestamp;
}

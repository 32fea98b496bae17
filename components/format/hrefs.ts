import type { JobState } from '@/lib/domain/queue';

/** Address of a queue's page. */
export function queueHref(key: string): string {
  return `/queues/${key}`;
}

/** Address of a queue's jobs in one state, with a job open when `job` is given. */
export function jobsHref(key: string, state: JobState, job?: string): string {
  return `/queues/${key}/jobs?state=${state}${job === undefined ? '' : `&job=${encodeURIComponent(job)}`}`;
}

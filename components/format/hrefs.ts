import { toJobSegment } from '@/lib/domain/job-segment';
import type { JobState } from '@/lib/domain/queue';

/** Address of a queue's page. */
export function queueHref(key: string): string {
  return `/queues/${key}`;
}

/** What a list of jobs shows. `q`: a search as it is typed; `job`: the job whose drawer is open. */
export type JobsView = { state: JobState; q?: string; job?: string };

/** Address of a queue's jobs in one state. */
export function jobsHref(key: string, { state, q, job }: JobsView): string {
  const query = new URLSearchParams({ state });
  if (q !== undefined && q !== '') query.set('q', q);
  if (job !== undefined) query.set('job', job);
  return `/queues/${key}/jobs?${query.toString()}`;
}

/** Address of a scheduler: the screen of its queue's, with it open. */
export function schedulerHref(key: string, id: string): string {
  return `/schedulers?${new URLSearchParams({ queue: key, open: `${key} ${id}` }).toString()}`;
}

/** Address of a kind of failure. */
export function failureHref(fingerprint: string): string {
  return `/failures/${fingerprint}`;
}

/** Address of one job's own page. */
export function jobHref(key: string, id: string): string {
  return `/queues/${key}/jobs/${toJobSegment(id)}`;
}

/** Path of one job in the API, below `/api/v1`. */
export function jobPath(key: string, id: string): string {
  return jobHref(key, id);
}

/** Address of an incident's page. */
export function incidentHref(id: string): string {
  return `/alerts/${id}`;
}

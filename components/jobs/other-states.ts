import { COUNT_KEYS, JOB_STATES, type JobState, type Queue } from '@/lib/domain/queue';
import { jobsHref } from '../format/hrefs';

/** Where a search that found nothing in `current` may find something: the other states that hold jobs, the fullest first. */
export function otherStates(
  queue: Pick<Queue, 'key' | 'counts'>,
  current: JobState,
  q: string,
): { state: JobState; count: number; href: string }[] {
  return JOB_STATES.filter((state) => state !== current)
    .map((state) => ({ state, count: queue.counts[COUNT_KEYS[state]] ?? 0, href: jobsHref(queue.key, { state, q }) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

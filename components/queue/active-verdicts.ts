import type { ActiveCheck, ActiveJob } from '@/lib/domain/active-job';
import { formatCount, plural } from '../format/number';

const ORDER = ['lock-gone', 'long', 'ok'] as const;

/** Jobs that nobody works on first, then those that take long; the longest running first in each. */
export function worstFirst(jobs: readonly ActiveJob[]): ActiveJob[] {
  return [...jobs].sort(
    (a, b) =>
      ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || (b.runningMs ?? Infinity) - (a.runningMs ?? Infinity),
  );
}

/** What a check found, in one sentence. */
export function checkWords({ jobs, isCut }: ActiveCheck): string {
  if (jobs.length === 0) return 'No job is active.';
  const count = (verdict: ActiveJob['verdict']) => jobs.filter((job) => job.verdict === verdict).length;
  const [gone, long] = [count('lock-gone'), count('long')];
  const looked = isCut ? `Of the ${formatCount(jobs.length)} longest running jobs` : `Of ${plural(jobs.length, 'job')}`;
  const found = [
    gone > 0 && `${formatCount(gone)} ${gone === 1 ? 'is' : 'are'} held by no worker any more`,
    long > 0 && `${formatCount(long)} ${long === 1 ? 'takes' : 'take'} far longer than usual`,
  ].filter((part) => part !== false);
  return found.length === 0 ? `${looked}, all are held by a worker.` : `${looked}, ${found.join(' and ')}.`;
}

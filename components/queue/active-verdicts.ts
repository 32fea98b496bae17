import type { ActiveCheck, ActiveJob } from '@/lib/domain/active-job';
import type { HoldVerdict } from '@/lib/domain/stall';
import { formatCount, plural } from '../format/number';

/** Worst first, each with what is said of `count` jobs. */
const FOUND: readonly [verdict: HoldVerdict, words: (count: number) => string][] = [
  ['worker-gone', (count) => `${count === 1 ? 'has' : 'have'} lost ${count === 1 ? 'its' : 'their'} worker`],
  ['loop-blocked', (count) => `${count === 1 ? 'is' : 'are'} in a worker that stands still`],
  ['broker-slow', (count) => `lost ${count === 1 ? 'its lock' : 'their locks'} while the broker did not answer`],
  ['lock-gone', (count) => `${count === 1 ? 'is' : 'are'} held by no worker any more`],
  ['long', (count) => `${count === 1 ? 'takes' : 'take'} far longer than usual`],
];

/** What a verdict is called. */
export const VERDICT_LABELS: Record<HoldVerdict, string> = {
  'worker-gone': 'worker gone',
  'loop-blocked': 'event loop blocked',
  'broker-slow': 'broker slow',
  'lock-gone': 'cause not known',
  long: 'simply long',
  ok: 'ok',
};

/** Jobs that nobody works on first, then those that take long; the longest running first in each. */
export function worstFirst(jobs: readonly ActiveJob[]): ActiveJob[] {
  const rank = ({ verdict }: ActiveJob) => {
    const index = FOUND.findIndex(([each]) => each === verdict);
    return index === -1 ? FOUND.length : index;
  };
  return [...jobs].sort((a, b) => rank(a) - rank(b) || (b.runningMs ?? Infinity) - (a.runningMs ?? Infinity));
}

/** What a check found, in one sentence. */
export function checkWords({ jobs, isCut }: ActiveCheck): string {
  if (jobs.length === 0) return 'No job is active.';
  const looked = isCut ? `Of the ${formatCount(jobs.length)} longest running jobs` : `Of ${plural(jobs.length, 'job')}`;
  const found = FOUND.flatMap(([verdict, words]) => {
    const count = jobs.filter((job) => job.verdict === verdict).length;
    return count === 0 ? [] : `${formatCount(count)} ${words(count)}`;
  });
  const last = found.pop();
  if (last === undefined) return `${looked}, all are held by a worker.`;
  return `${looked}, ${found.length === 0 ? last : `${found.join(', ')} and ${last}`}.`;
}

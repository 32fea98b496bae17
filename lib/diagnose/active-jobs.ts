import type { ActiveJob } from '../domain/active-job';
import { durationWords } from '../domain/words';

/** Runs longer than the 99th percentile times this stand out. */
const LONG_FACTOR = 5;
/** Nobody needs to look at what ends within seconds. */
const LONG_AT_LEAST_MS = 5_000;

/** What an active job's lock and age mean. `p99Ms`: 99 of 100 runs of its queue take at most this long, `null` when unknown. */
export function judgeActive(
  { runningMs, hasLock }: Pick<ActiveJob, 'runningMs' | 'hasLock'>,
  p99Ms: number | null,
): Pick<ActiveJob, 'verdict' | 'sentence'> {
  const running = runningMs === null ? 'Runs' : `Runs for ${durationWords(runningMs)}`;
  if (!hasLock)
    return {
      verdict: 'lock-gone',
      sentence: `${running}, and its lock is gone: its worker died, was cut off from the broker, or is too busy to renew it. The next stall check of a living worker gives the job back.`,
    };
  if (p99Ms !== null && runningMs !== null && runningMs > Math.max(LONG_AT_LEAST_MS, LONG_FACTOR * p99Ms))
    return {
      verdict: 'long',
      sentence: `${running}; 99 of 100 jobs of this queue take at most ${durationWords(p99Ms)}. Its worker holds the lock, so it is alive.`,
    };
  return { verdict: 'ok', sentence: `${running}; its worker holds the lock.` };
}

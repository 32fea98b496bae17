import type { JobRow } from '@/lib/domain/job';

type Times = Pick<JobRow, 'state' | 'timestamp' | 'processedOn' | 'finishedOn' | 'delayUntil'>;

/** One step in a job's life. `ms`: how long it took or has taken; `at` is its start, `null` when it is not recorded. */
export type Step = { name: string; at: number | null; ms: number | null; isRunning: boolean; hint?: string };

/** ms from being ready to being started; the producer's clock is at one end, so it may be off by the clocks' difference. */
export function waitMs({ timestamp, processedOn, delayUntil }: Times): number | null {
  if (timestamp === null || processedOn === null) return null;
  return Math.max(0, processedOn - Math.max(timestamp, delayUntil ?? timestamp));
}

/** ms from the last start to the end, or up to now while it runs. */
export function runMs({ state, processedOn, finishedOn }: Times, now: number): number | null {
  if (processedOn === null) return null;
  if (finishedOn !== null && finishedOn >= processedOn) return finishedOn - processedOn;
  return state === 'active' ? Math.max(0, now - processedOn) : null;
}

/** The life of a job as far as its hash tells: the times of earlier attempts are overwritten by the last. */
export function lifecycle(job: Times & Pick<JobRow, 'attemptsMade'>, now: number): Step[] {
  const { state, timestamp, processedOn, finishedOn, delayUntil } = job;
  const steps: Step[] = [];
  const isDelayed = delayUntil !== null && timestamp !== null && delayUntil > timestamp;
  if (timestamp !== null)
    steps.push({ name: 'Added', at: timestamp, ms: null, isRunning: false, hint: 'by the producer’s clock' });
  if (isDelayed)
    steps.push({
      name: state === 'delayed' ? 'Delayed' : 'Was delayed',
      at: timestamp,
      ms: Math.min(delayUntil, now) - timestamp,
      isRunning: state === 'delayed',
    });
  const readyAt = isDelayed ? delayUntil : timestamp;
  if (readyAt !== null && state !== 'delayed') {
    const end = processedOn ?? (finishedOn === null ? now : null);
    // A job that a person put back keeps the time at which it was first added.
    if (processedOn === null && end !== null && (job.attemptsMade ?? 0) > 0)
      steps.push({
        name: 'Waiting',
        at: null,
        ms: null,
        isRunning: true,
        hint: 'put back after an attempt; when is not recorded',
      });
    else if (end !== null)
      steps.push({
        name: processedOn === null ? 'Waiting' : 'Waited',
        at: readyAt,
        ms: Math.max(0, end - readyAt),
        isRunning: processedOn === null,
        ...((job.attemptsMade ?? 0) > 1
          ? { hint: 'up to the start of the last attempt, earlier attempts included' }
          : {}),
      });
  }
  if (processedOn !== null && !['waiting', 'paused', 'prioritized', 'delayed'].includes(state))
    steps.push({
      name: state === 'active' ? 'Running' : 'Ran',
      at: processedOn,
      ms: runMs(job, now),
      isRunning: state === 'active',
    });
  if (finishedOn !== null)
    steps.push({ name: state === 'failed' ? 'Failed' : 'Completed', at: finishedOn, ms: null, isRunning: false });
  return steps;
}

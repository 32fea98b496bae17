import type { Queue } from '../domain/queue';
import type { SchedulerStatus } from '../domain/scheduler';
import { durationWords, numberWords } from '../domain/words';
import type { StoredScheduler } from '../sources/schedulers';
import { OVERDUE_MS } from './judge-runs';

/** A job in time starts within this. */
const DUE_MS = 5_000;

type Judged = { status: SchedulerStatus; trouble: string | null };
type State = Pick<StoredScheduler, 'schedule' | 'made' | 'nextAt' | 'nextJobState'>;

/** How a scheduler stands at `now` (ms), and why it does not run if it does not. */
export function judgeScheduler(
  { schedule, made, nextAt, nextJobState }: State,
  queue: Pick<Queue, 'isPaused' | 'workers' | 'counts'>,
  now: number,
): Judged {
  if (nextAt === null) return broken('No next time is stored for it.');
  const isOver = nextJobState === null || nextJobState === 'completed' || nextJobState === 'failed';
  if (isOver && schedule.limit !== null && made !== null && made >= schedule.limit)
    return { status: 'ended', trouble: `It has made all ${numberWords(schedule.limit)} jobs that its limit allows.` };
  if (isOver && schedule.endAt !== null && schedule.endAt <= Math.max(now, nextAt))
    return { status: 'ended', trouble: 'Its end date is reached.' };
  if (nextJobState === null)
    return broken(
      'Its next job is gone: removed, drained or evicted. The library makes the one after only when that job starts, so it never runs again until it is saved anew.',
    );
  if (nextJobState === 'completed' || nextJobState === 'failed') {
    // Between the end of one job and what is read of the next lies a moment.
    if (now - nextAt < OVERDUE_MS) return { status: 'due', trouble: null };
    return broken(
      `Its last job ${nextJobState} and made no next one. Whoever worked on it does not know schedulers, or could not reckon the next time.`,
    );
  }
  if (nextAt > now) return { status: 'waiting', trouble: null };
  if (nextJobState === 'active' || now - nextAt < DUE_MS) return { status: 'due', trouble: null };
  const lateness = `It should have started ${durationWords(now - nextAt)} ago`;
  if (queue.isPaused) return { status: 'late', trouble: `${lateness}; the queue is paused.` };
  if (queue.workers === 0) return { status: 'late', trouble: `${lateness}; no worker is connected to the queue.` };
  if (nextJobState === 'delayed')
    return {
      status: now - nextAt < OVERDUE_MS ? 'due' : 'late',
      trouble: now - nextAt < OVERDUE_MS ? null : `${lateness}; no worker has taken up what is due.`,
    };
  return { status: 'late', trouble: `${lateness}; it waits behind other jobs.` };
}

function broken(trouble: string): Judged {
  return { status: 'broken', trouble };
}

import type { Queue, Verdict } from '../domain/queue';
import { overdueMs } from '../domain/backlog';
import { countWords, durationWords, numberWords } from '../domain/words';
import { growthOf, TREND_MINUTES } from './backlog-trend';
import { areWorkersHidden } from './hidden-workers';
import type { Condition } from './condition';
import { runningLong, stalled } from './stall-conditions';

/** A restart of all workers is no trouble; who watches asks again every second while jobs wait for nobody. */
const NO_WORKERS_AFTER_MS = 3_000;

const pausedWithBacklog: Condition = {
  code: 'paused-with-backlog',
  enterMs: 3_000,
  leaveMs: 0,
  explainedBy: [],
  holds: ({ isPaused, backlog }) => {
    if (isPaused === null || backlog === null) return 'unknown';
    return isPaused && backlog > 0 ? 'yes' : 'no';
  },
  describe: (queue) => ({
    severity: 'warning',
    sentence: `The queue is paused while ${jobsWait(queue.backlog)}.`,
    evidence: waitingEvidence(queue),
    actions: [{ label: 'Resume the queue', action: 'resume' }],
  }),
};

const noWorkers: Condition = {
  code: 'no-workers',
  enterMs: NO_WORKERS_AFTER_MS,
  leaveMs: 5_000,
  explainedBy: ['paused-with-backlog'],
  holds: (queue, memory, now) => {
    const { isPaused, backlog, workers } = queue;
    if (isPaused === true) return 'no';
    if (backlog === null || workers === null) return 'unknown';
    const isWaiting = backlog > 0 || overdueOf(queue, now) > OVERDUE_MS;
    return isWaiting && workers === 0 && !areWorkersHidden(memory.starts, now) ? 'yes' : 'no';
  },
  describe: (queue, _memory, _shown, now) => ({
    severity: 'critical',
    sentence:
      queue.backlog === 0
        ? `Delayed jobs are overdue by ${durationWords(overdueOf(queue, now))} and no worker is connected.`
        : `${capitalised(jobsWait(queue.backlog))} and no worker is connected.`,
    evidence: [...waitingEvidence(queue), { label: 'Workers connected', value: '0' }, ...activeEvidence(queue)],
    actions: [{ label: 'Start a worker for this queue, or find out why the last one ended' }],
  }),
};

const notStarting: Condition = {
  code: 'not-starting',
  enterMs: 60_000,
  leaveMs: 5_000,
  explainedBy: ['paused-with-backlog', 'no-workers'],
  holds: ({ isPaused, backlog, workers, counts, lastMinute }) => {
    if (isPaused === true) return 'no';
    if (backlog === null || workers === null || counts.active === null) return 'unknown';
    if (backlog === 0 || workers === 0 || counts.active > 0) return 'no';
    if (lastMinute.quality !== 'exact' || lastMinute.started === null) return 'unknown';
    return lastMinute.started === 0 ? 'yes' : 'no';
  },
  describe: (queue) => ({
    severity: 'warning',
    sentence: `${capitalised(jobsWait(queue.backlog))} and ${areConnected(queue.workers)}, but none was started in the last minute.`,
    evidence: [
      ...waitingEvidence(queue),
      { label: 'Workers connected', value: figure(queue.workers) },
      { label: 'Started in the last minute', value: '0' },
    ],
    actions: [
      { label: 'Check whether the workers hang, or whether a rate limit holds the queue back' },
      { label: 'Restart the workers' },
    ],
  }),
};

const failing: Condition = {
  code: 'failing',
  enterMs: 0,
  leaveMs: 15_000,
  explainedBy: [],
  holds: ({ lastMinute }, _memory, _now, shown) => {
    const { completed, failed, quality } = lastMinute;
    if (quality !== 'exact' || completed === null || failed === null) return 'unknown';
    const share = failed / Math.max(1, completed + failed);
    return (shown === null ? failed >= 5 && share > 0.2 : failed >= 3 && share > 0.15) ? 'yes' : 'no';
  },
  describe: ({ lastMinute }, _memory, shown) => {
    const failed = lastMinute.failed ?? 0;
    const finished = failed + (lastMinute.completed ?? 0);
    const share = failed / Math.max(1, finished);
    return {
      severity: share >= (shown?.severity === 'critical' ? 0.4 : 0.5) ? 'critical' : 'warning',
      sentence:
        failed === finished
          ? `All ${countWords(failed, 'job')} that finished in the last minute failed.`
          : `${percent(share)} of the jobs that finished in the last minute failed.`,
      evidence: [
        { label: 'Failed in the last minute', value: numberWords(failed) },
        { label: 'Completed in the last minute', value: figure(lastMinute.completed) },
      ],
      actions: [{ label: 'Read the errors of the newest failed jobs' }],
    };
  },
};

const retryStorm: Condition = {
  code: 'retry-storm',
  enterMs: 0,
  leaveMs: 15_000,
  explainedBy: [],
  holds: ({ lastMinute }, _memory, _now, shown) => {
    const { completed, failedAttempts, quality } = lastMinute;
    if (quality !== 'exact' || completed === null || failedAttempts === null) return 'unknown';
    const isStorm =
      shown === null
        ? failedAttempts >= 10 && failedAttempts > completed
        : failedAttempts >= 5 && failedAttempts > completed * 0.7;
    return isStorm ? 'yes' : 'no';
  },
  describe: ({ lastMinute }) => ({
    severity: 'warning',
    sentence: `${countWords(lastMinute.failedAttempts ?? 0, 'attempt')} failed in the last minute and will be tried again, against ${countWords(lastMinute.completed ?? 0, 'job')} completed.`,
    evidence: [
      { label: 'Failed attempts in the last minute', value: figure(lastMinute.failedAttempts) },
      { label: 'Completed in the last minute', value: figure(lastMinute.completed) },
      { label: 'Failed for good in the last minute', value: figure(lastMinute.failed) },
    ],
    actions: [
      { label: 'Find the dependency that the attempts fail on' },
      { label: 'Pause the queue until it is back, to save the remaining attempts', action: 'pause' },
    ],
  }),
};

const fallingBehind: Condition = {
  code: 'under-provisioned',
  enterMs: 0,
  leaveMs: 30_000,
  explainedBy: ['paused-with-backlog', 'no-workers', 'not-starting'],
  holds: (queue, { trend }, _now, shown) => {
    if (queue.backlog === null) return 'unknown';
    const growth = growthOf(trend);
    if (growth === null) return 'no';
    if (shown !== null) return growth.isStillGrowing ? 'yes' : 'no';
    const pace = finishedPerMinute(queue);
    const isMinor = pace !== null && queue.backlog * 2 <= pace;
    return growth.isGrowing && !isMinor ? 'yes' : 'no';
  },
  describe: (queue, { trend }) => {
    const growth = growthOf(trend);
    const pace = finishedPerMinute(queue);
    const arrived = queue.lastMinute.quality === 'exact' ? queue.lastMinute.arrived : null;
    const evidence = [{ label: 'Backlog', value: figure(queue.backlog) }];
    if (arrived !== null) evidence.push({ label: 'Arrived in the last minute', value: numberWords(arrived) });
    if (pace !== null) evidence.push({ label: 'Finished in the last minute', value: numberWords(pace) });
    evidence.push({ label: 'Drained in', value: drainWords(queue.backlog ?? 0, pace) });
    return {
      severity: 'warning',
      sentence:
        growth === null
          ? 'More jobs come in than are finished.'
          : `More jobs come in than are finished: the backlog grew from ${numberWords(growth.from)} to ${numberWords(growth.to)} in ${TREND_MINUTES} minutes.`,
      evidence,
      actions: [{ label: 'Add workers or raise their concurrency, or slow the producers down' }],
    };
  },
};

/** In the order of `QUEUE_VERDICTS`. */
export const CONDITIONS: readonly Condition[] = [
  pausedWithBacklog,
  noWorkers,
  notStarting,
  stalled,
  runningLong,
  failing,
  retryStorm,
  fallingBehind,
];

/** Jobs that left for good in the last minute, or `null` when that is not known exactly. */
function finishedPerMinute({ lastMinute }: Queue): number | null {
  if (lastMinute.quality !== 'exact' || lastMinute.completed === null || lastMinute.failed === null) return null;
  return lastMinute.completed + lastMinute.failed;
}

function drainWords(backlog: number, pace: number | null): string {
  if (pace === null || pace === 0) return 'never at this pace';
  return `never at this pace; ${durationWords((backlog / pace) * 60_000)} if nothing more arrived`;
}

/** Workers move delayed jobs on when they next look, which takes some seconds at most. */
const OVERDUE_MS = 5_000;

function overdueOf({ oldest }: Queue, now: number): number {
  return oldest ? overdueMs(oldest, now) : 0;
}

function waitingEvidence({ backlog, oldestWaitingMs, oldestWaitingIsAtLeast }: Queue): Verdict['evidence'] {
  const evidence = [{ label: 'Backlog', value: figure(backlog) }];
  if (oldestWaitingMs !== null)
    evidence.push({
      label: 'Oldest waits',
      value: `${oldestWaitingIsAtLeast ? 'at least ' : ''}${durationWords(oldestWaitingMs)}`,
    });
  return evidence;
}

/** Jobs that a vanished worker left behind are put back only once a worker looks for stalled ones. */
function activeEvidence({ counts }: Queue): Verdict['evidence'] {
  return counts.active ? [{ label: 'Left active', value: numberWords(counts.active) }] : [];
}

function jobsWait(backlog: number | null): string {
  return `${countWords(backlog ?? 0, 'job')} ${backlog === 1 ? 'waits' : 'wait'}`;
}

function areConnected(workers: number | null): string {
  return `${countWords(workers ?? 0, 'worker')} ${workers === 1 ? 'is' : 'are'} connected`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function figure(value: number | null): string {
  return value === null ? '–' : numberWords(value);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

import { overdueMs } from '../../domain/backlog';
import { isDeadLetterName } from '../../domain/dead-letter';
import type { Queue } from '../../domain/queue';
import { durationWords, numberWords } from '../../domain/words';
import type { Condition, Situation } from '../condition';
import { isShown } from '../condition';
import { areWorkersHidden } from '../hidden-workers';
import { areConnected, capitalised, figure, jobsWait, lookAtJobs, rateWords, waitingEvidence } from '../said';

/** A restart of all workers is no trouble; who watches asks again every second while jobs wait for nobody. */
const NO_WORKERS_AFTER_MS = 3_000;
/** Workers move delayed jobs on when they next look, which takes some seconds at most. */
const OVERDUE_MS = 5_000;
/** Workers that are free take a job at once; so long none was taken. */
const NOT_STARTING_MS = 10_000;
const LIMITER_IS_OLD_MS = 15_000;

const oldestDue = ({ oldest }: Queue, now: number) => (oldest ? overdueMs(oldest, now) : 0);

export const pausedWithBacklog: Condition = {
  code: 'paused-with-backlog',
  enterMs: 3_000,
  leaveMs: 0,
  explainedBy: [],
  holds: ({ queue: { isPaused, backlog } }) => {
    if (isPaused === null || backlog === null) return 'unknown';
    return isPaused && backlog > 0 ? 'yes' : 'no';
  },
  began: ({ pause }) => pause?.at ?? null,
  describe: ({ queue, pause, now }) => ({
    severity: 'warning',
    sentence: `The queue is paused while ${jobsWait(queue.backlog)}${pause ? `: ${pause.by === null ? 'paused' : `${pause.by} paused it`} ${durationWords(Math.max(0, now - pause.at))} ago` : ''}.`,
    evidence: [
      ...waitingEvidence(queue),
      { label: 'Paused by', value: pause?.by ?? 'not known: it was not done through Tailback' },
    ],
    actions: [{ label: 'Resume the queue', action: 'resume' }],
  }),
};

export const deadLetters: Condition = {
  code: 'dead-letters',
  enterMs: 0,
  leaveMs: 10_000,
  explainedBy: [],
  holds: ({ queue, recent, now }) => {
    if (!isForDeadLetters(queue)) return 'no';
    const count = recent.sumToNow('arrived', now, 15 * 60_000);
    // As long as three times the usual time between two of them.
    const patience = count < 2 ? 60_000 : Math.min(15 * 60_000, Math.max(20_000, (3 * spanOf(recent, now)) / count));
    // One alone is no pile.
    return (queue.backlog ?? 0) > 1 && count > 1 && recent.sumToNow('arrived', now, patience) > 0 ? 'yes' : 'no';
  },
  describe: ({ queue, recent, now }) => {
    const lately = recent.sumToNow('arrived', now, 60_000);
    return {
      severity: 'warning',
      sentence: `Dead letters pile up: ${numberWords(lately)} came in the last minute, ${numberWords(queue.backlog ?? 0)} lie here.`,
      evidence: [
        ...waitingEvidence(queue),
        { label: 'Came in the last minute', value: numberWords(lately), chart: 'throughput' },
      ],
      actions: [
        lookAtJobs(queue, 'Look at what they have in common, and mend it where they come from', 'waiting'),
        lookAtJobs(queue, 'Bring them back when the cause is gone', 'waiting'),
      ],
    };
  },
};

export const noWorkers: Condition = {
  code: 'no-workers',
  enterMs: NO_WORKERS_AFTER_MS,
  leaveMs: 5_000,
  mayRest: true,
  explainedBy: ['paused-with-backlog', 'dead-letters'],
  holds: ({ queue, memory, now }) => {
    const { isPaused, backlog, workers } = queue;
    if (isPaused === true || isForDeadLetters(queue)) return 'no';
    if (backlog === null || workers === null) return 'unknown';
    const isWaiting = backlog > 0 || oldestDue(queue, now) > OVERDUE_MS;
    return isWaiting && workers === 0 && !areWorkersHidden(memory.starts, now) ? 'yes' : 'no';
  },
  describe: ({ queue, left, now }) => {
    const last = left.at(-1);
    return {
      severity: 'critical',
      sentence:
        queue.backlog === 0
          ? `Delayed jobs are overdue by ${durationWords(oldestDue(queue, now))} and no worker is connected.`
          : `${capitalised(jobsWait(queue.backlog))} and no worker is connected.`,
      evidence: [
        ...waitingEvidence(queue),
        { label: 'Workers connected', value: '0', chart: 'active' },
        ...(last
          ? [
              {
                label: 'Last worker left',
                value: `${durationWords(now - last.leftAt)} ago (${last.name ?? last.address})`,
              },
            ]
          : []),
        // Jobs that a vanished worker left behind are put back only once a worker looks for stalled ones.
        ...(queue.counts.active ? [{ label: 'Left active', value: numberWords(queue.counts.active) }] : []),
      ],
      actions: [{ label: 'Start a worker for this queue, or find out why the last one ended', href: '/workers' }],
    };
  },
};

export const notStarting: Condition = {
  code: 'not-starting',
  enterMs: 3_000,
  leaveMs: 5_000,
  explainedBy: ['paused-with-backlog', 'dead-letters', 'no-workers', 'rate-limited', 'dead-worker', 'loop-blocked'],
  holds: (situation) => {
    const { queue, recent, probe, now } = situation;
    const { isPaused, workers, counts } = queue;
    if (isPaused === true || workers === 0 || isForDeadLetters(queue)) return 'no';
    if (counts.active === null) return 'unknown';
    // A rate limit’s window is running: whether it is used up shows soon.
    if (probe?.limiter != null && now - probe.at < LIMITER_IS_OLD_MS) return 'no';
    const looks = recent.sumToNow('looks', now, NOT_STARTING_MS);
    const isWaiting = looks > 5 && recent.sumToNow('looksWaiting', now, NOT_STARTING_MS) === looks;
    if (!isWaiting || counts.active > 0) return 'no';
    if (!recent.isWhole(now, NOT_STARTING_MS)) return 'unknown';
    const isIdle = recent.sumToNow('active', now, NOT_STARTING_MS) === 0;
    return isIdle && recent.sumToNow('started', now, NOT_STARTING_MS) === 0
      ? 'yes'
      : isShown(situation)
        ? 'unknown'
        : 'no';
  },
  describe: ({ queue }) => ({
    severity: 'critical',
    sentence:
      queue.workers === null
        ? `${capitalised(jobsWait(queue.backlog))}, but none is started.`
        : `${capitalised(jobsWait(queue.backlog))} and ${areConnected(queue.workers)}, but none is started.`,
    evidence: [
      ...waitingEvidence(queue),
      { label: 'Workers connected', value: figure(queue.workers), chart: 'active' },
      { label: 'Started in the last 10 s', value: rateWords(0), chart: 'throughput' },
    ],
    actions: [
      {
        label: 'Check whether the workers are paused, stand still, hang at their start, or speak to another Redis',
        href: '/workers',
      },
      { label: 'Restart the workers' },
    ],
  }),
};

function isForDeadLetters({ id, workers, counts }: Queue): boolean {
  return isDeadLetterName(id.name) && (workers ?? 0) === 0 && (counts.active ?? 0) === 0;
}

/** How long arrivals have been seen for, ms. */
function spanOf(recent: Situation['recent'], now: number): number {
  const slots = recent.each('arrived', now, 15 * 60_000);
  const first = slots.findIndex((count) => count > 0);
  return first === -1 ? 60_000 : (slots.length - first) * 5_000;
}

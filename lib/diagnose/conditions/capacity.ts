import { countWords, durationWords, numberWords } from '../../domain/words';
import { slotsOf } from '../capacity';
import { isShown, type Condition, type Situation } from '../condition';
import { utilisationOf } from '../pressure';
import { areConnected, capitalised, figure, jobsWait, rateWords, waitingEvidence } from '../said';
import { median } from '../robust';
import { usualWords } from '../usual';

/** Starts at this share of what a limit allows are held back by it. */
const AT_LIMIT = 0.8;
/** Workers with less to do than this are free, and something else holds the jobs back. */
const FREE_BELOW = 0.8;
const PROBE_IS_OLD_MS = 40_000;
/** Fewer workers than this share of what there was are told. */
const FEWER_THAN = 0.8;
/** A worker that is replaced is back within this time. */
const RESTART_MS = 10_000;

/** Jobs wait for the limiter: its window is (nearly) used up while workers are free. */
export const rateLimited: Condition = {
  code: 'rate-limited',
  enterMs: 0,
  leaveMs: 10_000,
  explainedBy: ['paused-with-backlog', 'no-workers'],
  holds: (situation) => {
    const { queue, probe, pressure, now } = situation;
    if (probe === null || now - probe.at > PROBE_IS_OLD_MS) return 'unknown';
    // Bull puts jobs off that come over the limit: they pile up among the delayed ones.
    const isHeldOff = queue.kind === 'bull' && probe.limiter !== null && isPilingUp(situation);
    if (!pressure.isWaiting && !isHeldOff) return 'no';
    if (!isHeldOff && !pressure.isBehind && !isShown(situation)) return 'no';
    const limit = limitPerS(situation);
    const startedPerS = situation.recent.sum('started', now, 20_000) / 20;
    if (limit !== null) return startedPerS >= AT_LIMIT * limit ? 'yes' : 'no';
    // The workers' own limit is not in the broker, only that it counts: it stands still at its end while they are free.
    return isStandingStill(situation) && areFree(situation) ? 'yes' : 'no';
  },
  describe: (situation) => {
    const { queue, probe, recent, now } = situation;
    const limit = limitPerS(situation);
    const startedPerS = recent.sum('started', now, 20_000) / 20;
    return {
      severity: 'warning',
      sentence: `The rate limit holds ${countWords(queue.backlog || (queue.counts.delayed ?? 0), 'job')} back: ${
        limit === null
          ? `workers are free, and its window stands at ${figure(probe?.limiter?.started ?? null)} starts`
          : `it allows ${rateWords(limit)}, and ${rateWords(startedPerS)} are started`
      }, while ${rateWords(recent.sum('arrived', now, 60_000) / 60)} arrive.`,
      evidence: [
        ...waitingEvidence(queue),
        {
          label: 'Limit',
          value:
            limit === null
              ? 'set by the workers'
              : `${numberWords(probe?.limits.max ?? 0)} in ${durationWords(probe?.limits.durationMs ?? 0)}`,
        },
        { label: 'Started', value: rateWords(startedPerS), chart: 'throughput' },
        {
          label: 'Workers busy',
          value: figureShare(utilisationOf(situation, situation.memory, 20_000)),
          chart: 'active',
        },
      ],
      actions: [{ label: 'Raise the limit if what it protects can bear it, or let the backlog wait' }],
    };
  },
};

export const concurrencyLimited: Condition = {
  code: 'concurrency-limited',
  enterMs: 0,
  leaveMs: 10_000,
  explainedBy: ['paused-with-backlog', 'no-workers', 'rate-limited', 'slow-handler', 'dead-worker', 'loop-blocked'],
  holds: (situation) => {
    const { probe, pressure, recent, now } = situation;
    if (probe === null || now - probe.at > PROBE_IS_OLD_MS) return 'unknown';
    const { concurrency } = probe.limits;
    if (concurrency === null || !pressure.isWaiting) return 'no';
    if (!pressure.isBehind && !isShown(situation)) return 'no';
    return Math.max(recent.mean('active', now, 15_000) ?? 0, situation.queue.counts.active ?? 0) >= 0.9 * concurrency
      ? 'yes'
      : 'no';
  },
  describe: ({ queue, probe, recent, now }) => ({
    severity: 'warning',
    sentence: `The queue’s limit of concurrency is the bottleneck: ${countWords(probe?.limits.concurrency ?? 0, 'job')} may run at once over all ${countWords(queue.workers ?? 0, 'worker')}, and ${jobsWait(queue.backlog)}.`,
    evidence: [
      ...waitingEvidence(queue),
      { label: 'Limit of concurrency', value: figure(probe?.limits.concurrency ?? null) },
      { label: 'Active', value: figure(queue.counts.active), chart: 'active' },
      { label: 'Arrives', value: rateWords(recent.sum('arrived', now, 60_000) / 60), chart: 'throughput' },
      { label: 'Is finished', value: rateWords(recent.finished(now, 60_000) / 60), chart: 'throughput' },
    ],
    actions: [{ label: 'Raise the limit of concurrency: more workers alone change nothing' }],
  }),
};

/** Some workers left, and the rest does not keep up. */
export const fewerWorkers: Condition = {
  code: 'fewer-workers',
  enterMs: 0,
  leaveMs: 5_000,
  explainedBy: ['paused-with-backlog', 'no-workers', 'dead-worker', 'rate-limited', 'concurrency-limited'],
  anchor: (situation) => {
    const value = workersBefore(situation);
    return value === null ? null : { value, of: null };
  },
  holds: (situation) => {
    const { queue, pressure, held, recent, now } = situation;
    const { workers } = queue;
    if (workers === null) return 'unknown';
    if (workers === 0) return 'no';
    if (!isShown(situation) && !(pressure.isWaiting && (pressure.isGrowing || pressure.isBehind))) return 'no';
    const before = held?.anchor?.value ?? workersBefore(situation);
    if (before === null || workers > FEWER_THAN * before || before - workers < 1) return 'no';
    // One that is replaced is back within seconds.
    if ((recent.mean('workers', now, RESTART_MS) ?? before) > FEWER_THAN * before) return 'no';
    return pressure.backlog > 0 ? 'yes' : 'no';
  },
  describe: (situation) => {
    const { queue, left, held, usual, now, pressure } = situation;
    const before = held?.anchor?.value ?? workersBefore(situation) ?? 0;
    const last = left.at(-1);
    return {
      severity: 'warning',
      sentence: `${capitalised(areConnected(queue.workers))} where there were ${numberWords(before)}, and ${jobsWait(queue.backlog)}${pressure.isGrowing ? ', more and more' : ''}.`,
      evidence: [
        { label: 'Workers', value: `${figure(queue.workers)} of ${numberWords(before)}`, chart: 'active' },
        ...waitingEvidence(queue),
        ...(last
          ? [
              {
                label: 'Last one left',
                value: `${durationWords(Math.max(0, now - last.leftAt))} ago (${last.name ?? last.address})`,
              },
            ]
          : []),
        ...(usual?.workers == null
          ? []
          : [{ label: `Usual (${usualWords(usual)})`, value: numberWords(usual.workers) }]),
      ],
      actions: [{ label: 'Find out why they left, and start them again', href: '/workers' }],
    };
  },
};

/** How many workers there were for most of the time before, or at this hour usually; `null`: not known. */
function workersBefore({ recent, usual, now }: Situation): number | null {
  const looks = recent.each('looks', now, 15 * 60_000, 15_000);
  const sums = recent.each('workers', now, 15 * 60_000, 15_000);
  const levels = sums.flatMap((sum, index) => ((looks[index] ?? 0) > 0 ? [sum / (looks[index] ?? 1)] : []));
  const lately = levels.length < 4 ? null : Math.round(median(levels) ?? 0);
  // A fleet that was grown for an hour and shrinks again is as many as usual.
  if (lately === null) return usual?.workers ?? null;
  return usual?.workers == null ? lately : Math.max(lately, Math.min(usual.workers, lately * 2));
}

/** More came within a minute than was finished, by more than chance, and lies among the delayed jobs. */
function isPilingUp({ recent, queue, now }: Situation): boolean {
  const [came, went] = [recent.sum('arrived', now, 60_000), recent.finished(now, 60_000)];
  return (queue.counts.delayed ?? 0) > 0 && came - went > 3 * Math.sqrt(came + went);
}

function limitPerS({ probe }: Situation): number | null {
  const { max = null, durationMs = null } = probe?.limits ?? {};
  return max && durationMs ? (max * 1000) / durationMs : null;
}

/** The counter of the limiter was found at the same number, or held by hand, in two looks that both saw it. */
function isStandingStill({ memory, queue }: Situation): boolean {
  const seen = (memory.limiter?.started ?? []).filter((started) => started !== null);
  const [last, before] = [seen.at(-1), seen.at(-2)];
  if (last === undefined || (memory.limiter?.started.length ?? 0) < 2) return false;
  if (last > 1e12) return true;
  // Bull goes on counting what it turns away.
  return queue.kind === 'bull' ? seen.length >= 2 : before !== undefined && last === before;
}

function areFree(situation: Situation): boolean {
  const { recent, queue, memory, now } = situation;
  const active = Math.max(recent.mean('active', now, 20_000) ?? 0, recent.sum('runMs', now, 20_000) / 20_000);
  const slots = Math.max(slotsOf(memory.capacity) ?? 0, queue.workers ?? 1, 1);
  return active < FREE_BELOW * slots;
}

export function figureShare(share: number | null): string {
  return share === null ? '– (never seen at their limit)' : `${Math.round(share * 100)} %`;
}

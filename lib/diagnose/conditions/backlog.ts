import { workersToDrain } from '../../domain/forecast';
import type { QueueVerdictCode } from '../../domain/verdict';
import { countWords, durationWords, numberWords } from '../../domain/words';
import { isShown, type Condition, type Situation } from '../condition';
import { forecastOf } from '../forecast';
import { utilisationOf, SOON_MS } from '../pressure';
import { figure, jobsWait, lookAtJobs, rateWords, waitingEvidence } from '../said';
import { usualWords } from '../usual';
import { figureShare } from './capacity';

/** Whatever takes the workers' time, or keeps jobs from them. */
const CAUSES: readonly QueueVerdictCode[] = [
  ...(['paused-with-backlog', 'dead-letters', 'no-workers', 'not-starting', 'dead-worker', 'loop-blocked'] as const),
  ...(['stalled', 'rate-limited', 'retry-storm', 'fewer-workers', 'slow-handler', 'running-long'] as const),
  ...(['concurrency-limited', 'crowded-out'] as const),
];
const DRAIN_GOAL_MS = 10 * 60_000;

export const underProvisioned: Condition = {
  code: 'under-provisioned',
  enterMs: 0,
  leaveMs: 10_000,
  explainedBy: CAUSES,
  holds: (situation) => {
    const { queue, pressure } = situation;
    if (queue.backlog === null) return 'unknown';
    if (isShown(situation)) return pressure.isGrowing || (pressure.isBehind && pressure.drain === null) ? 'yes' : 'no';
    return pressure.isGrowing ? 'yes' : 'no';
  },
  describe: (situation) => {
    const { queue, pressure, memory, usual } = situation;
    const forecast = forecastOf(situation, memory, pressure);
    const { arrivalPerS, servicePerS } = pressure;
    const needed = workersToDrain({ ...forecast, arrivalPerS }, 0, 1);
    const toDrain = workersToDrain({ ...forecast, arrivalPerS }, queue.backlog ?? 0, DRAIN_GOAL_MS);
    const workers = queue.workers;
    const lack = needed !== null && workers !== null && needed > workers ? needed - workers : null;
    return {
      severity: 'warning',
      sentence: `More comes in than ${workers === null ? 'is' : `${countWords(workers, 'worker')} ${workers === 1 ? 'can' : 'can'} be`.replace('can be', 'get')} done: ${rateWords(arrivalPerS)} arrive, ${rateWords(servicePerS)} are finished${lack === null ? '' : `; ${countWords(lack, 'more worker')} would keep up`}.`,
      evidence: [
        ...waitingEvidence(queue),
        { label: 'Grows by', value: rateWords(Math.max(0, arrivalPerS - servicePerS)), chart: 'depth' },
        { label: 'Arrives', value: rateWords(arrivalPerS), chart: 'throughput' },
        { label: 'Is finished', value: rateWords(servicePerS), chart: 'throughput' },
        { label: 'Workers busy', value: figureShare(utilisationOf(situation, memory, 20_000)), chart: 'active' },
        { label: 'Workers needed to keep up', value: figure(needed) },
        { label: 'Workers needed to be empty in 10 m', value: figure(toDrain) },
        ...(usual?.backlog == null
          ? []
          : [{ label: `Usual backlog (${usualWords(usual)})`, value: numberWords(usual.backlog) }]),
      ],
      actions: [
        {
          label:
            forecast.slotsPerWorker === null
              ? 'Add workers or raise their concurrency, or slow the producers down'
              : `Add workers, or raise their concurrency (each is seen to run ${numberWords(forecast.slotsPerWorker)} at once), or slow the producers down`,
        },
      ],
    };
  },
};

/** Much came at once, and is worked off. */
export const burst: Condition = {
  code: 'burst',
  enterMs: 3_000,
  leaveMs: 5_000,
  explainedBy: [...CAUSES, 'under-provisioned', 'failing', 'starvation', 'poison-jobs'],
  holds: (situation) => {
    const { pressure, queue } = situation;
    if (queue.backlog === null) return 'unknown';
    const { drain } = pressure;
    if (isShown(situation)) {
      if (pressure.isGrowing || pressure.backlog === 0) return 'no';
      return drain === null ? 'unknown' : drain.ms > 5_000 ? 'yes' : 'no';
    }
    return pressure.isBehind && drain !== null && drain.ms > SOON_MS ? 'yes' : 'no';
  },
  describe: ({ queue, pressure, usual }) => {
    const { drain } = pressure;
    return {
      severity: 'info',
      sentence: `A burst is being worked off: ${jobsWait(queue.backlog)}, done in about ${drain ? `${durationWords(drain.ms)} at this pace` : 'a time that cannot be told yet'}.`,
      evidence: [
        ...waitingEvidence(queue),
        ...(drain
          ? [
              {
                label: 'Done in',
                value: `${durationWords(drain.low)} to ${drain.high === null ? 'never' : durationWords(drain.high)}`,
              },
            ]
          : []),
        { label: 'Is finished', value: rateWords(pressure.servicePerS), chart: 'throughput' as const },
        ...(usual?.backlog == null
          ? []
          : [{ label: `Usual backlog (${usualWords(usual)})`, value: numberWords(usual.backlog) }]),
      ],
      actions: [{ label: 'Nothing needs to be done, unless it has to be faster' }],
    };
  },
};

/** So many jobs that come due at once are worth a word. */
const LEAST_DUE = 50;

/** Delayed jobs come due faster than they can be worked off. */
export const delayedDue: Condition = {
  code: 'delayed-due',
  enterMs: 0,
  leaveMs: 10_000,
  mayRest: true,
  explainedBy: ['paused-with-backlog', 'retry-storm', 'rate-limited'],
  holds: (situation) => (situation.probe === null ? 'unknown' : pileOf(situation) === null ? 'no' : 'yes'),
  describe: (situation) => {
    const { queue, held } = situation;
    const pile = pileOf(situation);
    if (pile === null) return held?.verdict ?? { severity: 'info', sentence: '', evidence: [], actions: [] };
    const { jobs, fromMs, toMs, paceS, extraMs } = pile;
    const when = fromMs <= 0 ? 'now' : `in ${durationWords(fromMs)}`;
    return {
      severity: (extraMs ?? 0) > 10 * 60_000 ? 'warning' : 'info',
      sentence: `${countWords(jobs, 'delayed job')} come due ${when}${toMs - Math.max(0, fromMs) >= 1_000 ? `, within ${durationWords(toMs - Math.max(0, fromMs))}` : ''}${paceS === null ? '; at which pace they can be done is not known' : `: at ${rateWords(paceS)} they keep the workers busy for ${durationWords((jobs / paceS) * 1000)}`}.`,
      evidence: [
        { label: 'Delayed', value: figure(queue.counts.delayed), chart: 'depth' },
        { label: 'Come due together', value: numberWords(jobs) },
        { label: 'Best pace known', value: paceS === null ? '–' : rateWords(paceS), chart: 'throughput' },
      ],
      actions: [
        lookAtJobs(queue, 'Look at what comes due', 'delayed'),
        { label: 'Have more workers ready by then, or spread the times' },
      ],
    };
  },
};

/** Piles that come later than this can wait, ms. */
const SOON_ENOUGH_MS = 2 * 3_600_000;

type Pile = { jobs: number; fromMs: number; toMs: number; paceS: number | null; extraMs: number | null };

/** The part of the delayed jobs that takes longest beyond the time in which it comes due. */
function pileOf({ probe, queue, recent, memory, pressure, now, ...look }: Situation): Pile | null {
  const due = (probe?.due ?? []).map(({ withinMs, jobs }) => ({
    withinMs: withinMs - (now - (probe?.at ?? now)),
    jobs,
  }));
  if ((due.at(-1)?.jobs ?? 0) < LEAST_DUE) return null;
  const paces = recent.each('completed', now, 15 * 60_000).map((count) => count / 5);
  const { capacityPerS, meanRunMs } = forecastOf({ probe, queue, recent, now, ...look }, memory, pressure);
  // Each worker runs one job at least.
  const least = meanRunMs === null ? 0 : ((queue.workers ?? 0) * 1000) / Math.max(1, meanRunMs);
  const pace = Math.max(0, ...paces, capacityPerS ?? 0, least);
  let worst: Pile | null = null;
  for (const [index, from] of due.entries())
    for (const to of due.slice(index + 1)) {
      const jobs = to.jobs - from.jobs + 1;
      if (jobs < LEAST_DUE || to.withinMs > SOON_ENOUGH_MS) continue;
      const span = Math.max(0, to.withinMs) - Math.max(0, from.withinMs);
      if (pace === 0) {
        if (jobs >= 20 * LEAST_DUE && span < SOON_MS && jobs > (worst?.jobs ?? 0))
          worst = { jobs, fromMs: from.withinMs, toMs: to.withinMs, paceS: null, extraMs: null };
        continue;
      }
      const extraMs = (jobs / pace) * 1000 - span;
      if (extraMs > Math.max(SOON_MS, worst?.extraMs ?? 0))
        worst = { jobs, fromMs: from.withinMs, toMs: to.withinMs, paceS: pace, extraMs };
    }
  return worst;
}

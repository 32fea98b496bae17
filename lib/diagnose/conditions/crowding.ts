import { durationWords } from '../../domain/words';
import type { Condition, Situation } from '../condition';
import { isShown } from '../condition';
import { jobsWait, lookAtJobs, percent, rateWords, timesWords, waitingEvidence } from '../said';

const HALTED = ['paused-with-backlog', 'no-workers', 'not-starting', 'dead-letters'] as const;
/** A job that waits for so long, and for so many times as long as those that are taken, is passed over. */
const STARVED_MS = 15_000;
const STARVED_FACTOR = 4;
const LEAST_STARTS = 5;
/** Waits of jobs that were taken in this time, ms; of this share of them they must be known. */
const TAKEN_MS = 10_000;
const KNOWN_WAITS = 0.8;
/** One of the kinds makes up this share of what comes, or of the work, and so many times what it did before. */
const CROWD_SHARE = 0.5;
const CROWD_FACTOR = 2;

/** Jobs that come later are taken first, again and again. */
export const starvation: Condition = {
  code: 'starvation',
  enterMs: 2_000,
  leaveMs: 5_000,
  explainedBy: [...HALTED, 'rate-limited'],
  holds: (situation) => {
    const { memory, recent, now, queue } = situation;
    const { eldest } = memory;
    if (eldest === null || queue.backlog === null) return 'no';
    const waited = now - eldest.cameAt;
    if (waited < STARVED_MS || now - eldest.seenFrom < STARVED_MS - 2_000) return 'no';
    // Where nothing is taken any more, nobody is overtaken.
    if (recent.sumToNow('started', now, 5_000) === 0) return isShown(situation) ? 'unknown' : 'no';
    const taken = recent.typicalWait(now, TAKEN_MS);
    // Where the wait of few of those that are taken is known, it is not the wait of all.
    const isKnown = taken !== null && taken.waits >= KNOWN_WAITS * recent.sum('started', now, TAKEN_MS);
    if (!isKnown || taken.waits < LEAST_STARTS) return isShown(situation) ? 'unknown' : 'no';
    return taken.ms * STARVED_FACTOR < waited ? 'yes' : 'no';
  },
  began: ({ memory }) => memory.eldest?.cameAt ?? null,
  describe: ({ queue, memory, recent, now }) => {
    const waited = now - (memory.eldest?.cameAt ?? now);
    const taken = recent.typicalWait(now, TAKEN_MS);
    const isByPriority = (queue.counts.prioritized ?? 0) > 0 || queue.kind === 'bull';
    return {
      severity: 'warning',
      sentence: `A job has waited for ${durationWords(waited)} while others are taken after ${durationWords(taken?.ms ?? 0)}: ${isByPriority ? 'jobs of higher priority overtake it' : 'newer jobs overtake it'}.`,
      evidence: [
        ...waitingEvidence(queue),
        { label: 'Wait of those that are taken', value: durationWords(taken?.ms ?? 0), chart: 'wait' },
        { label: 'Arrives', value: rateWords(recent.sum('arrived', now, 60_000) / 60), chart: 'throughput' },
      ],
      actions: [
        lookAtJobs(queue, 'Look at who starves', isByPriority && queue.kind !== 'bull' ? 'prioritized' : 'waiting'),
        { label: 'Give urgent jobs a queue of their own, or raise the priority of those that wait' },
      ],
    };
  },
};

/** One kind of job takes the place of the others. */
export const crowdedOut: Condition = {
  code: 'crowded-out',
  enterMs: 0,
  leaveMs: 15_000,
  explainedBy: [...HALTED, 'rate-limited', 'starvation', 'slow-handler', 'dead-worker', 'loop-blocked'],
  holds: (situation) => {
    const { pressure } = situation;
    if (isShown(situation)) return pressure.isWaiting && pressure.isBehind ? 'yes' : 'no';
    if (!pressure.isWaiting || !(pressure.isGrowing || pressure.isBehind)) return 'no';
    return crowdOf(situation) === null ? 'no' : 'yes';
  },
  describe: (situation) => {
    const { queue, held } = situation;
    const crowd = crowdOf(situation);
    if (crowd === null && held?.verdict) return held.verdict;
    const { name = '', share = 0, perS = 0, before = 0, others = 0 } = crowd ?? {};
    return {
      severity: 'warning',
      sentence: `“${name}” crowds out the others: ${percent(share)} of what came lately, ${rateWords(perS)}${before > 0 ? ` (${timesWords(perS / before)} as much as before)` : ', and none before'}, and ${jobsWait(queue.backlog)}.`,
      evidence: [
        { label: `“${name}” arrives`, value: rateWords(perS), chart: 'throughput' },
        { label: 'Before', value: rateWords(before) },
        { label: 'All others arrive', value: rateWords(others) },
        ...waitingEvidence(queue),
      ],
      actions: [
        lookAtJobs(queue, `Look at who adds “${name}”`, 'waiting', `name:${quoted(name)}`),
        { label: 'Give it a queue of its own, or a limit' },
      ],
    };
  },
};

type Crowd = { name: string; share: number; perS: number; before: number; others: number };

function crowdOf({ recent, now }: Situation): Crowd | null {
  const WINDOW_MS = 20_000;
  const AGO_MS = 30_000;
  const LEAST_BEFORE_MS = 15_000;
  const knownMs = recent.knownMs(now);
  if (knownMs < AGO_MS + LEAST_BEFORE_MS || recent.names.size < 2) return null;
  const beforeMs = Math.min(14 * 60_000, knownMs - AGO_MS);
  const arrivals = recent.names.top('count', now, WINDOW_MS);
  const total = arrivals.reduce((sum, kind) => sum + kind.sum, 0);
  const [top] = arrivals;
  if (!top || total < 10) return null;
  const beforeAll = recent.names.top('count', now, beforeMs, AGO_MS).reduce((sum, kind) => sum + kind.sum, 0);
  const others = beforeAll - recent.names.sum(top.key, 'count', now, beforeMs, AGO_MS);
  // Where nothing else ever came, nobody is crowded out.
  if (others <= 0) return null;
  const perS = (top.sum * 1000) / WINDOW_MS;
  const before = (recent.names.sum(top.key, 'count', now, beforeMs, AGO_MS) * 1000) / beforeMs;
  const share = top.sum / total;
  const isMore = perS >= CROWD_FACTOR * before && top.sum - (before * WINDOW_MS) / 1000 > 3 * Math.sqrt(top.sum);
  const shareBefore = beforeAll === 0 ? 0 : 1 - others / beforeAll;
  if (share < CROWD_SHARE || !isMore || share < Math.min(0.9, shareBefore * 1.2)) return null;
  return { name: top.title, share, perS, before, others: ((total - top.sum) * 1000) / WINDOW_MS };
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

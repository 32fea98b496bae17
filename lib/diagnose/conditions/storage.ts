import type { JobState } from '../../domain/queue';
import { countWords, numberWords } from '../../domain/words';
import type { StateSample } from '../../sources/source';
import { isShown, type Condition, type Situation } from '../condition';
import { bytesWords, lookAtJobs, percent, rateWords } from '../said';

/** A typical payload above this costs every hop more than the job itself; both libraries advise to pass references. */
const LARGE_BYTES = 100_000;
/** One that is larger holds the broker up for milliseconds. */
const HUGE_BYTES = 1_000_000;
const OPEN_STATES: readonly JobState[] = ['waiting', 'prioritized', 'paused', 'delayed', 'active', 'waiting-children'];
/** Sets smaller than this are of no weight. */
const LEAST_KEPT = 1_000;
/** Growth is looked at over this time. */
const GROWTH_MS = 15_000;
const PROBE_IS_OLD_MS = 10 * 60_000;

export const oversizedPayloads: Condition = {
  code: 'oversized-payloads',
  enterMs: 0,
  leaveMs: 5_000,
  mayRest: true,
  explainedBy: [],
  holds: (situation) => {
    if (isOld(situation)) return 'unknown';
    return largest(situation) === null ? 'no' : 'yes';
  },
  describe: (situation) => {
    const { queue } = situation;
    const found = largest(situation);
    if (!found) return situation.held?.verdict ?? { severity: 'warning', sentence: '', evidence: [], actions: [] };
    const { state, sample } = found;
    const one = sample.largestPayload;
    return {
      severity: 'warning',
      sentence: `Jobs carry ${bytesWords(sample.payloadBytes ?? 0)} of data each, the largest that was looked at ${bytesWords(one?.bytes ?? 0)}: ${countWords(sample.count, 'job')} in ${state} take about ${bytesWords(bytesOf(sample))}.`,
      evidence: [
        { label: 'Typical payload', value: bytesWords(sample.payloadBytes ?? 0) },
        { label: 'Largest', value: one ? `${bytesWords(one.bytes)} (job ${one.jobId})` : '–' },
        {
          label: 'Looked at',
          value: `${numberWords(sample.looked)} of ${countWords(sample.count, 'job')} in ${state}`,
        },
      ],
      actions: [
        lookAtJobs(queue, 'Look at the largest', state, one ? `id:${one.jobId}` : ''),
        { label: 'Put large data elsewhere and pass a reference' },
      ],
    };
  },
};

export const orphanedIds: Condition = {
  code: 'orphaned-ids',
  enterMs: 0,
  leaveMs: 5_000,
  mayRest: true,
  explainedBy: [],
  holds: (situation) => (isOld(situation) ? 'unknown' : orphansOf(situation).length > 0 ? 'yes' : 'no'),
  describe: (situation) => {
    const orphans = orphansOf(situation);
    const [first] = orphans;
    if (!first) return situation.held?.verdict ?? { severity: 'warning', sentence: '', evidence: [], actions: [] };
    const [state, sample] = first;
    const share = sample.orphans / sample.looked;
    return {
      severity: 'warning',
      sentence: `${state === 'waiting-children' ? 'waiting-children' : capital(state)} lists jobs that do not exist: ${numberWords(sample.orphans)} of ${numberWords(sample.looked)} that were looked at, so about ${numberWords(Math.max(sample.orphans, Math.round(share * sample.count)))} of ${numberWords(sample.count)}.`,
      evidence: orphans.map(([each, { orphans: gone, looked }]) => ({
        label: `Gone in ${each}`,
        value: `${numberWords(gone)} of ${numberWords(looked)} looked at (${percent(gone / looked)})`,
      })),
      actions: [
        { label: 'Look for what removes keys: an eviction policy, a script, a time to live', href: '/brokers' },
        { label: 'Clean the state: the ids go, there is nothing else left of them' },
      ],
    };
  },
};

export const growingSets: Condition = {
  code: 'growing-sets',
  enterMs: 0,
  leaveMs: 20_000,
  explainedBy: ['orphaned-ids'],
  holds: (situation) => {
    if (isOld(situation)) return 'unknown';
    return growthOf(situation).length > 0 ? 'yes' : isShown(situation) && isPausing(situation) ? 'unknown' : 'no';
  },
  describe: (situation) => {
    const { queue, recent, probe, now } = situation;
    const sets = growthOf(situation);
    if (sets.length === 0 && situation.held?.verdict) return situation.held.verdict;
    const perS = sets.reduce((sum, set) => sum + recent.sum(set, now, 60_000) / 60, 0);
    const bytes =
      sets.reduce((sum, set) => sum + (probe?.states?.[set]?.bytesPerJob ?? 0), 0) / Math.max(1, sets.length);
    return {
      severity: 'info',
      sentence: `Jobs that have ${sets.join(' or ')} are kept without end: ${sets.map((set) => `${numberWords(queue.counts[set] ?? 0)} ${set}`).join(', ')}, and ${rateWords(perS)} more.`,
      evidence: [
        ...sets.map((set) => ({ label: `Kept ${set}`, value: numberWords(queue.counts[set] ?? 0) })),
        {
          label: 'Growth a day',
          value: `${countWords(Math.round(perS * 86_400), 'job')}${bytes > 0 ? `, about ${bytesWords(perS * 86_400 * bytes)}` : ''}`,
        },
      ],
      actions: [
        {
          label: `Add jobs with ${sets.map((set) => (set === 'completed' ? 'removeOnComplete' : 'removeOnFail')).join(' and ')}, or set it for the worker`,
        },
        lookAtJobs(queue, 'Clean what is old', sets[0] ?? 'completed'),
      ],
    };
  },
};

/** Sets that grew by (nearly) all that ended, of jobs that have no rule of removal. */
function growthOf({ queue, probe, memory }: Situation): ('completed' | 'failed')[] {
  const [from] = memory.sets;
  const to = memory.sets.at(-1);
  if (!from || !to || to.at - from.at < GROWTH_MS) return [];
  return (['completed', 'failed'] as const).filter((set) => {
    if (probe?.keeps[set] !== false || (queue.counts[set] ?? 0) < LEAST_KEPT) return false;
    return to[set] - from[set] > 0;
  });
}

/** Nothing ends just now. */
function isPausing({ recent, now }: Situation): boolean {
  return recent.finished(now, 60_000) === 0;
}

function largest({ probe }: Situation): { state: JobState; sample: StateSample } | null {
  let found: { state: JobState; sample: StateSample } | null = null;
  for (const state of OPEN_STATES) {
    const sample = probe?.states?.[state];
    if (!sample) continue;
    if ((sample.payloadBytes ?? 0) < LARGE_BYTES && (sample.largestPayload?.bytes ?? 0) < HUGE_BYTES) continue;
    if (found === null || bytesOf(sample) > bytesOf(found.sample)) found = { state, sample };
  }
  return found;
}

function orphansOf({ probe }: Situation): [JobState, StateSample][] {
  return (Object.entries(probe?.states ?? {}) as [JobState, StateSample][])
    .filter(([, sample]) => sample.orphans > 0)
    .sort(([, a], [, b]) => b.orphans / b.looked - a.orphans / a.looked);
}

function bytesOf({ count, bytesPerJob, payloadBytes }: StateSample): number {
  return count * Math.max(bytesPerJob ?? 0, payloadBytes ?? 0);
}

function isOld({ probe, now }: Situation): boolean {
  return probe?.sampledAt == null || now - probe.sampledAt > PROBE_IS_OLD_MS;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

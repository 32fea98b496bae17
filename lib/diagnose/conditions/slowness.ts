import { countWords, durationWords, numberWords } from '../../domain/words';
import { isShown, type Condition, type Situation } from '../condition';
import { utilisationOf } from '../pressure';
import { lookAtJobs, lowerFirst, timesWords } from '../said';
import { usualWords } from '../usual';
import { figureShare } from './capacity';

/** Runs of this many times their usual time are slow; where few are known it takes more to be sure. */
const SLOW = 2;
const SLOW_OF_FEW = 4;
const FEW_RUNS = 5;
const ENOUGH_RUNS = 10;
/** A few milliseconds more are noise of the worker's machine. */
const LEAST_MORE_MS = 15;
/** Where nobody has to wait for it, it takes more to be worth a word. */
const SLOW_FOR_NOBODY = 3;
const LEAST_MORE_FOR_NOBODY_MS = 50;
const NEWEST_MS = 20_000;

type Slowness = { ms: number; usualMs: number; runs: number; name: string | null; by: 'history' | 'lately' };

/** Attempts take far longer than they did: whatever the mix of names is. */
export const slowHandler: Condition = {
  code: 'slow-handler',
  enterMs: 0,
  leaveMs: 10_000,
  explainedBy: ['paused-with-backlog', 'no-workers', 'dead-worker', 'loop-blocked', 'retry-storm', 'failing'],
  anchor: (situation) => slownessOf(situation)?.usualMs ?? null,
  holds: (situation) => {
    const slowness = slownessOf(situation);
    if (slowness === null) return isShown(situation) ? 'unknown' : 'no';
    const { ms, usualMs, runs } = slowness;
    if (isShown(situation)) return ms >= 1.6 * usualMs && ms - usualMs >= LEAST_MORE_MS ? 'yes' : 'no';
    const costs = isCostly(situation);
    const bound = runs < ENOUGH_RUNS ? SLOW_OF_FEW : costs ? SLOW : SLOW_FOR_NOBODY;
    return ms >= bound * usualMs && ms - usualMs >= (costs ? LEAST_MORE_MS : LEAST_MORE_FOR_NOBODY_MS) ? 'yes' : 'no';
  },
  describe: (situation) => {
    const { queue, usual, recent, memory, now } = situation;
    const { ms, usualMs, name, by, runs } = slownessOf(situation) ?? {
      ms: 0,
      usualMs: 1,
      name: null,
      by: 'lately',
      runs: 0,
    };
    const busy = utilisationOf(situation, memory, NEWEST_MS);
    return {
      severity: 'warning',
      sentence: `${name === null ? 'Jobs take' : `“${name}” takes`} ${durationWords(ms)}, ${timesWords(ms / usualMs)} as long as usual (${durationWords(usualMs)}).`,
      evidence: [
        { label: 'Typical run now', value: `${durationWords(ms)} (${countWords(runs, 'run')})`, chart: 'run' },
        {
          label:
            by === 'history' && usual ? `Usual (${usualWords(usual)})` : 'Before (the last minutes: history is young)',
          value: durationWords(usualMs),
          chart: 'run',
        },
        { label: 'Workers busy', value: figureShare(busy), chart: 'active' },
        ...recent.names
          .top('runMs', now, 60_000)
          .slice(0, 3)
          .map((kind) => ({ label: `Time spent on “${kind.title}”`, value: durationWords(kind.sum) })),
      ],
      actions: [
        { label: 'Look at what it waits for: a database, another service, a lock' },
        lookAtJobs(queue, 'Look at the jobs that run now', 'active'),
      ],
    };
  },
};

/** Held and alive, but far beyond what is usual. */
export const runningLong: Condition = {
  code: 'running-long',
  enterMs: 5_000,
  leaveMs: 0,
  mayRest: true,
  explainedBy: ['slow-handler', 'loop-blocked', 'dead-worker', 'no-workers'],
  holds: ({ queue: { activeTrouble } }) => ((activeTrouble?.long ?? 0) > 0 ? 'yes' : 'no'),
  describe: ({ queue, pressure }) => {
    const { activeTrouble, counts } = queue;
    const long = activeTrouble?.long ?? 0;
    const worst = activeTrouble?.worst?.verdict === 'long' ? activeTrouble.worst : null;
    const isAll = long >= (counts.active ?? Infinity);
    return {
      severity: isAll && pressure.isWaiting ? 'warning' : 'info',
      sentence: `${isAll && pressure.isWaiting ? 'All workers are taken: ' : ''}${countWords(long, 'active job')} ${long === 1 ? 'runs' : 'run'} far longer than usual.${worst ? ` The longest ${lowerFirst(worst.sentence)}` : ''}`,
      evidence: [
        { label: 'Active jobs that run far longer than usual', value: numberWords(long), chart: 'active' },
        { label: 'Active', value: numberWords(counts.active ?? 0), chart: 'active' },
      ],
      actions: [lookAtJobs(queue, 'Look at the job: it may wait for something that does not answer', 'active')],
    };
  },
};

/**
 * The name whose runs grew most against its own, weighted by what that costs; the whole queue where names are not known
 * or too many. `null`: nothing to compare, or too little has run.
 */
function slownessOf(situation: Situation): Slowness | null {
  const { recent, usual, held, now } = situation;
  const whole = newestRun((ms) => recent.typicalRun(now, ms));
  if (whole === null) return null;
  const byName = recent.names.top('runs', now, 60_000);
  const named = byName.reduce((sum, { sum: runs }) => sum + runs, 0);
  const allRuns = recent.sumToNow('runs', now, 60_000);
  if (byName.length > 1 && named >= 0.8 * allRuns) {
    let worst: (Slowness & { cost: number }) | null = null;
    for (const { key, title } of byName) {
      const newest = newestRun((ms) => recent.names.typicalRun(key, now, ms));
      const before =
        recent.names.typicalRun(key, now, 14 * 60_000, 60_000) ??
        recent.names.typicalRun(key, now, 14 * 60_000, 30_000);
      if (newest === null || before === null || before.runs < FEW_RUNS) continue;
      const cost = (newest.ms - before.ms) * newest.runs;
      if (worst === null || cost > worst.cost)
        worst = { ms: newest.ms, usualMs: before.ms, runs: newest.runs, name: title, by: 'lately', cost };
    }
    if (worst === null) return null;
    return isShown(situation) && held?.anchor != null
      ? { ...worst, usualMs: Math.min(held.anchor, worst.usualMs) }
      : worst;
  }
  const [only] = byName;
  const name = only !== undefined && named >= 0.8 * allRuns ? only.title : null;
  const anchor = isShown(situation) ? (held?.anchor ?? null) : null;
  if (anchor !== null) return { ...whole, usualMs: anchor, name, by: usual?.runMs ? 'history' : 'lately' };
  if (usual?.runMs) return { ...whole, usualMs: usual.runMs.typical + 2 * usual.runMs.spread, name, by: 'history' };
  const before = recent.typicalRun(now, 14 * 60_000, 60_000) ?? recent.typicalRun(now, 14 * 60_000, 30_000);
  return before === null || before.runs < ENOUGH_RUNS ? null : { ...whole, usualMs: before.ms, name, by: 'lately' };
}

/** Jobs wait for it, or soon will. */
function isCostly(situation: Situation): boolean {
  return situation.pressure.isWaiting || (utilisationOf(situation, situation.memory, NEWEST_MS) ?? 0) >= 0.8;
}

/** In the shortest time with enough runs. */
function newestRun(read: (ms: number) => { ms: number; runs: number } | null): { ms: number; runs: number } | null {
  const newest = read(NEWEST_MS);
  if (newest !== null && newest.runs >= FEW_RUNS) return newest;
  const minute = read(60_000);
  return minute !== null && minute.runs >= FEW_RUNS ? minute : null;
}

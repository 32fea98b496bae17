import { countWords, durationWords, numberWords } from '../../domain/words';
import { isShown, type Condition, type Said, type Situation } from '../condition';
import { utilisationOf } from '../pressure';
import { lookAtJobs, lowerFirst, percent, timesWords } from '../said';
import { sigmasLonger, type TypicalRun } from '../typical-run';
import { usualWords } from '../usual';
import { figureShare } from './capacity';

/** Runs of this many times their usual time are slow; where few are known it takes more to be sure. */
const SLOW = 2.5;
const SLOW_OF_FEW = 4;
const FEW_RUNS = 5;
const ENOUGH_RUNS = 10;
/** A few milliseconds more are noise of the worker's machine. */
const LEAST_MORE_MS = 30;
/** Where nobody has to wait for it, it takes more to be worth a word. */
const SLOW_FOR_NOBODY = 3;
const LEAST_MORE_FOR_NOBODY_MS = 50;
const NEWEST_MS = 20_000;

/** Slow runs among quick ones: so many in this time, and this share of all, at least. */
const TAIL_MS = 20_000;
const LEAST_SLOW = 5;
const LEAST_TAIL = 0.03;
const BEFORE_MS = 14 * 60_000;

/** A difference smaller than this many uncertainties may be chance. */
const SIGMAS = 4;

/** `sigmas`: by how many uncertainties it is longer than usual. */
type Slowness = {
  ms: number;
  usualMs: number;
  runs: number;
  sigmas: number;
  name: string | null;
  by: 'history' | 'lately';
};

/** Attempts take far longer than they did: whatever the mix of names is. */
export const slowHandler: Condition = {
  code: 'slow-handler',
  enterMs: 0,
  leaveMs: 10_000,
  explainedBy: ['paused-with-backlog', 'no-workers', 'dead-worker', 'loop-blocked', 'retry-storm', 'failing'],
  anchor: (situation) => {
    const slowness = slownessOf(situation);
    return slowness && { value: slowness.usualMs, of: slowness.name };
  },
  holds: (situation) => {
    const slowness = slownessOf(situation);
    if (slowness !== null && isSlow(situation, slowness)) return 'yes';
    if (slowTailOf(situation) !== null) return 'yes';
    return slowness === null && isShown(situation) ? 'unknown' : 'no';
  },
  describe: (situation) => {
    const { queue, usual, recent, memory, now } = situation;
    const slowness = slownessOf(situation);
    const tail = slowTailOf(situation);
    if (tail !== null && tail.share < 0.5) return tailWords(situation, tail);
    const { ms, usualMs, name, by, runs } = slowness ?? {
      ms: 0,
      usualMs: 1,
      name: null,
      by: 'lately',
      runs: 0,
    };
    const busy = utilisationOf(situation, memory, NEWEST_MS);
    return {
      severity: 'warning',
      sentence: `${name === null ? 'Jobs take' : `“${name}” takes`} ${durationWords(ms)}, ${timesWords(ms / usualMs)} as long as usual (${durationWords(usualMs)}).${atWorker(situation)}`,
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

function isSlow(situation: Situation, { ms, usualMs, runs, sigmas }: Slowness): boolean {
  if (isShown(situation)) return ms >= 1.6 * usualMs && ms - usualMs >= LEAST_MORE_MS;
  if (sigmas < SIGMAS) return false;
  const costs = isCostly(situation);
  const bound = runs < ENOUGH_RUNS ? SLOW_OF_FEW : costs ? SLOW : SLOW_FOR_NOBODY;
  return ms >= bound * usualMs && ms - usualMs >= (costs ? LEAST_MORE_MS : LEAST_MORE_FOR_NOBODY_MS);
}

function tailWords(situation: Situation, { name, share, ms, usualMs, runs }: Tail): Said {
  return {
    severity: 'warning',
    sentence: `${percent(share)} of the runs of “${name}” take ${durationWords(ms)}, where ${durationWords(usualMs)} are usual; the others are as quick as before.${atWorker(situation)}`,
    evidence: [
      { label: 'Slow runs lately', value: `${percent(share)} of ${countWords(runs, 'run')}`, chart: 'run' },
      { label: 'They take', value: durationWords(ms), chart: 'run' },
      { label: 'Usual', value: durationWords(usualMs), chart: 'run' },
    ],
    actions: [
      { label: 'Look at what the slow ones share: one worker or machine, one customer, one kind of data' },
      lookAtJobs(situation.queue, 'Look at the jobs that run now', 'active'),
    ],
  };
}

/** Which worker holds what runs long, where that can be told. */
function atWorker({ queue }: Situation): string {
  const holder = queue.activeTrouble?.holder;
  return holder ? ` All ${numberWords(holder.jobs)} that run longest now are held by ${holder.worker}.` : '';
}

/** Some runs of a name that take many times as long as the others. */
type Tail = { name: string; share: number; ms: number; usualMs: number; runs: number };

/** The name of whose runs more are slow than before, beyond chance, for longer than a moment, and which costs twice the time. */
function slowTailOf(situation: Situation): Tail | null {
  const { recent, now } = situation;
  if (now - recent.names.slowAt > 2 * TAIL_MS) return null;
  const sum = (key: string, field: 'runs' | 'runMs' | 'slow', ms: number, endsAgo = 0) =>
    recent.names.sum(key, field, now, ms, endsAgo);
  for (const { key, title, sum: slow } of recent.names.top('slow', now, TAIL_MS)) {
    const runs = sum(key, 'runs', TAIL_MS);
    const before = { runs: sum(key, 'runs', BEFORE_MS, 60_000), slow: sum(key, 'slow', BEFORE_MS, 60_000) };
    const share = slow / Math.max(1, runs);
    if (slow < LEAST_SLOW || share < LEAST_TAIL || before.runs < 2 * ENOUGH_RUNS) continue;
    if (!isShown(situation) && !recent.names.isLasting(key, 'slow', now)) continue;
    const expected = isShown(situation) ? 0 : (before.slow / before.runs) * runs;
    const usualMs = sum(key, 'runMs', BEFORE_MS, 60_000) / before.runs;
    const mean = sum(key, 'runMs', TAIL_MS) / runs;
    if (slow - expected < SIGMAS * Math.sqrt(expected + 1) || mean < (isShown(situation) ? 1.5 : SLOW) * usualMs)
      continue;
    if (mean - usualMs < LEAST_MORE_MS) continue;
    return { name: title, share, ms: Math.max(mean, (mean * runs - usualMs * (runs - slow)) / slow), usualMs, runs };
  }
  return null;
}

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
 * or there is only one. `null`: nothing to compare, or too little has run.
 */
function slownessOf(situation: Situation): Slowness | null {
  const { recent, usual, held, now } = situation;
  const whole = newestRun((ms) => recent.typicalRun(now, ms));
  if (whole === null) return null;
  const anchor = isShown(situation) ? (held?.anchor ?? null) : null;
  const names = recent.names.top('runs', now, 60_000);
  const isNamed = names.reduce((sum, { sum: runs }) => sum + runs, 0) >= 0.8 * recent.sumToNow('runs', now, 60_000);
  if (names.length > 1 && isNamed) {
    const all = names.flatMap(({ key, title }) => slownessOfName(situation, key, title, anchor) ?? []);
    const cost = ({ ms, usualMs, runs }: Slowness) => (ms - usualMs) * runs;
    return all.reduce<Slowness | null>((worst, one) => (worst === null || cost(one) > cost(worst) ? one : worst), null);
  }
  const name = isNamed ? (names[0]?.title ?? null) : null;
  const of = { ms: whole.ms, runs: whole.runs, name };
  if (anchor !== null && anchor.of === name)
    return { ...of, usualMs: anchor.value, sigmas: Infinity, by: usual?.runMs ? 'history' : 'lately' };
  if (usual?.runMs) {
    const usualMs = usual.runMs.typical + 2 * usual.runMs.spread;
    // Medians of whole hours are as good as certain.
    const before = { ms: usualMs, runs: Infinity, scatter: 0 };
    return { ...of, usualMs, sigmas: sigmasLonger(whole, before), by: 'history' };
  }
  const before = runBefore((ms, endsAgo) => recent.typicalRun(now, ms, endsAgo), ENOUGH_RUNS);
  return before && { ...of, usualMs: before.ms, sigmas: sigmasLonger(whole, before), by: 'lately' };
}

function slownessOfName(
  { recent, now }: Situation,
  key: string,
  name: string,
  anchor: { value: number; of: string | null } | null,
): Slowness | null {
  const newest = newestRun((ms) => recent.names.typicalRun(key, now, ms));
  const before = runBefore((ms, endsAgo) => recent.names.typicalRun(key, now, ms, endsAgo), FEW_RUNS);
  if (newest === null || before === null) return null;
  const of = { ms: newest.ms, runs: newest.runs, name, by: 'lately' as const };
  if (anchor?.of === name) return { ...of, usualMs: Math.min(anchor.value, before.ms), sigmas: Infinity };
  return { ...of, usualMs: before.ms, sigmas: sigmasLonger(newest, before) };
}

/** Jobs wait for it, or soon will. */
function isCostly(situation: Situation): boolean {
  return situation.pressure.isWaiting || (utilisationOf(situation, situation.memory, NEWEST_MS) ?? 0) >= 0.8;
}

/** In the shortest time with enough runs. */
function newestRun(read: (ms: number) => TypicalRun | null): TypicalRun | null {
  const newest = read(NEWEST_MS);
  if (newest !== null && newest.runs >= FEW_RUNS) return newest;
  const minute = read(60_000);
  return minute !== null && minute.runs >= FEW_RUNS ? minute : null;
}

/** In the quarter of an hour before the last minute; soon after the first run, before its last half. */
function runBefore(read: (ms: number, endsAgo: number) => TypicalRun | null, least: number): TypicalRun | null {
  const before = read(14 * 60_000, 60_000) ?? read(14 * 60_000, 30_000);
  return before !== null && before.runs >= least ? before : null;
}

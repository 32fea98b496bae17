import type { CounterMetric } from '../../domain/series';
import type { Baseline } from '../position';
import type { JobEvent } from '../source';

/** A job found in one of the sets of finished jobs. Times in ms, by the clock of its worker or producer; `null`: not read. */
export type Finished = {
  id: string;
  type: 'completed' | 'failed';
  at: number;
  facts: { name: string | null; addedAt: number | null; startedAt: number | null } | null;
};

/** What could be read of a queue after events of it were missed. */
export type Evidence = {
  from: number;
  to: number;
  /** Before and after; `null` where it is not known. */
  before: Baseline | null;
  after: Baseline | null;
  /** Bull: a job that was there before is there still. */
  isSameQueue: boolean;
  /** Jobs in the sets that finished since `from` and were not heard of. `isCut`: there are more. */
  finished: readonly Finished[];
  isCut: boolean;
  /** Bull: jobs added since this was last told. */
  arrived: number;
  /** A job that finished was brought back in the meantime, or nobody looked. */
  mayBeRetried: boolean;
  /** The library's own count a minute: start of the minute (ms) → ends. */
  metrics: Readonly<Record<'completed' | 'failed', ReadonlyMap<number, number>>>;
  isBull: boolean;
};

export type Repair = { events: JobEvent[]; exact: CounterMetric[]; sentence: string };

/**
 * What can be told of an interval in which events were missed, and how sure that is.
 *
 * Jobs that exist change only by adds and by removals of any kind: where they grew by as many as the counter of adds
 * did, none has been removed and no add was a repetition, for either would lower one side alone. Then every job that
 * finished is in the sets, and if none was brought back it finished once. A queue that was emptied, counter and all, and
 * filled again may agree with this by chance: no job of before is in it.
 */
export function repairOf(evidence: Evidence): Repair {
  const { finished, from, to, isBull } = evidence;
  const events: JobEvent[] = finished.map(({ type, at, facts }) => ({
    type,
    at: within(at, from, to),
    name: facts?.name ?? null,
    runMs: facts?.startedAt == null ? null : Math.max(0, at - facts.startedAt),
  }));
  const surplus = surplusOf(evidence);
  events.push(...surplus);
  if (isBull) events.push(...arrivalsOf(evidence));
  events.sort((a, b) => a.at - b.at);
  const isWhole = isBull && surplus.length === 0 && evidence.isSameQueue && isConserved(evidence);
  const exact: CounterMetric[] = isWhole
    ? evidence.mayBeRetried
      ? ['arrived']
      : ['arrived', 'completed', 'failed']
    : [];
  return { events, exact, sentence: sentenceOf(exact, surplus.length > 0, evidence) };
}

/** Says whether no job was removed in between and no add was a repetition. */
export function isConserved({ before, after, isCut }: Pick<Evidence, 'before' | 'after' | 'isCut'>): boolean {
  if (!before || !after || isCut || before.run === '' || before.run !== after.run) return false;
  return jobsIn(before) + after.added - before.added === jobsIn(after);
}

function jobsIn({ unfinished, completed, failed }: Baseline): number {
  return unfinished + completed + failed;
}

/** What the library counted by itself in whole minutes beyond what its sets still hold. */
function surplusOf({ metrics, finished, from, to }: Evidence): JobEvent[] {
  const events: JobEvent[] = [];
  for (const type of ['completed', 'failed'] as const)
    for (const [minute, count] of metrics[type]) {
      if (minute < from || minute + 60_000 > to) continue;
      const kept = finished.filter((each) => each.type === type && each.at >= minute && each.at < minute + 60_000);
      const missing = count - kept.length;
      for (let n = 0; n < missing; n += 1)
        events.push({ type, at: minute + Math.floor(((n + 0.5) / missing) * 60_000), name: null, runMs: null });
    }
  return events;
}

/** Bull's counter says how many; when, say those of them that can still be read. */
function arrivalsOf({ arrived: count, finished, from, to }: Evidence): JobEvent[] {
  if (count <= 0) return [];
  const known = finished
    .map(({ facts }) => facts)
    .filter((facts) => facts !== null && facts.addedAt !== null && facts.addedAt > from && facts.addedAt <= to)
    .slice(0, count);
  const rest = count - known.length;
  return [
    ...known.map((facts): JobEvent => ({
      type: 'arrived',
      at: facts?.addedAt ?? to,
      name: facts?.name ?? null,
      count: 1,
    })),
    ...(rest > 0 ? [{ type: 'arrived' as const, at: to, name: null, count: rest }] : []),
  ];
}

function sentenceOf(exact: readonly CounterMetric[], isFromMetrics: boolean, { finished, isBull }: Evidence): string {
  if (exact.length === 3)
    return 'Completed, failed and arrived jobs are repaired from the queue’s sets and job counter, and whole: no job has left the queue meanwhile. Starts, attempts and times are missing.';
  const from = isFromMetrics ? 'the queue’s sets and the library’s own count a minute' : 'the queue’s sets';
  if (finished.length > 0 || isFromMetrics)
    return `Completed and failed jobs are repaired from ${from}; ${isBull && exact.length > 0 ? 'some may have finished twice' : 'those that were removed meanwhile may be missing'}. Starts, attempts and times are missing.`;
  return exact.length > 0
    ? 'Arrived jobs are repaired from the queue’s job counter; what else happened is missing.'
    : 'Nothing of it could be repaired: no finished jobs of that time are kept.';
}

function within(at: number, from: number, to: number): number {
  return Math.min(to, Math.max(from, at));
}

import type { Schedule, SchedulerRun } from '../domain/scheduler';
import { isOnSchedule, nextRuns } from './next-runs';
import { MAX_RUNS } from './run-record';

/** A run this much overdue did not happen. */
export const OVERDUE_MS = 60_000;

/**
 * What was heard of a scheduler's runs, with the times in between of which nothing was: those for which it must have
 * been there, since a run before them fits its schedule of today. They come as `missed`; whoever was not looking then
 * has to make `unknown` of them.
 * @param known runs that are known of, oldest first
 * @param pendingAt due time (ms) of the next job that still lies there, past or not; `null`: there is none
 * @param isOver its limit or end is reached: nothing is to be expected after the last run
 */
export function fillRuns(
  schedule: Schedule,
  zone: string,
  known: readonly SchedulerRun[],
  { pendingAt, isOver, now }: { pendingAt: number | null; isOver: boolean; now: number },
): SchedulerRun[] {
  const runs: SchedulerRun[] = [];
  for (const [index, run] of known.entries()) {
    runs.push(run);
    const next = known[index + 1];
    if (next) runs.push(...between(run.at, next.at, next.at));
  }
  const last = known.at(-1)?.at ?? null;
  const until = now - OVERDUE_MS;
  if (!isOver && pendingAt !== null) {
    // The library makes one job and, when it starts, the one after: what falls in between is not made up for.
    if (last !== null && last < pendingAt) runs.push(...between(last, Math.min(pendingAt, until), pendingAt));
    if (pendingAt < until) runs.push(...between(pendingAt, until, pendingAt));
  } else if (!isOver && last !== null) runs.push(...between(last, until, last));
  return runs.slice(-MAX_RUNS);

  function between(from: number, to: number, anchor: number): SchedulerRun[] {
    if (to <= from || (schedule.everyMs !== null && to - from <= schedule.everyMs)) return [];
    try {
      if (!isOnSchedule(schedule, zone, from, anchor)) return [];
      const missed: SchedulerRun[] = [];
      // Beyond what is shown nothing has to be counted.
      const skip =
        schedule.everyMs === null ? 0 : Math.max(0, Math.floor((to - from) / schedule.everyMs) - MAX_RUNS - 1);
      let at = from + skip * (schedule.everyMs ?? 0);
      for (;;) {
        const [due] = nextRuns(schedule, zone, { after: at, first: schedule.everyMs === null ? null : from, count: 1 });
        if (due === undefined || due >= to) return missed.slice(-MAX_RUNS);
        missed.push({ at: due, outcome: 'missed', endedAt: null, jobId: null });
        if (missed.length > 10 * MAX_RUNS) return missed.slice(-MAX_RUNS);
        at = due;
      }
    } catch {
      return [];
    }
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { toQueueKey } from '../../../domain/queue-key';
import type { Queue } from '../../../domain/queue';
import type { Scheduler, SchedulerRun } from '../../../domain/scheduler';
import { fillRuns } from '../../../schedules/judge-runs';
import { judgeScheduler } from '../../../schedules/judge-scheduler';
import { nextRuns, pastRuns } from '../../../schedules/next-runs';
import { decodeRuns, MAX_RUNS, toRun } from '../../../schedules/run-record';
import { scheduleWords } from '../../../schedules/schedule-words';
import { zoneOf } from '../../../schedules/zone';
import type { KeptRun, StoredScheduler } from '../../../sources/schedulers';
import { keys } from '../../../store/keys';
import type { ApiContext } from '../context';
import { deskOf, refOf } from '../queue-ref';
import { watchedTimes } from './watched-times';

/** Past times looked for among the jobs that are kept: of one scheduler that is looked at, and of each in a list. */
const LOOKED_FOR = { one: MAX_RUNS, list: 5 } as const;

type Context = Pick<ApiContext, 'store' | 'config' | 'desks'>;

/**
 * Schedulers of one queue as they are shown: in words, with their next times, and with what is known of the last ones
 * from three sources: the collector's record, the jobs that are kept, and the schedule itself.
 */
export async function viewSchedulers(
  context: Context,
  queue: Queue,
  stored: readonly StoredScheduler[],
  now: number,
  how: keyof typeof LOOKED_FOR = 'list',
): Promise<Scheduler[]> {
  if (stored.length === 0) return [];
  const recorded = await readRecords(context, queue, stored);
  const views: Scheduler[] = [];
  for (const [index, scheduler] of stored.entries()) {
    views.push(await viewOne(context, queue, scheduler, recorded[index] ?? [], now, LOOKED_FOR[how]));
    // Reckoning with time zones takes its time; others want to be served in between.
    await nextTurn();
  }
  const doubtful = views.flatMap(({ runs }) => runs.filter(({ outcome }) => outcome === 'missed').map(({ at }) => at));
  const watched = await watchedTimes(context.store, context.config, queue.id.source, doubtful, now).catch(
    () => new Set<number>(),
  );
  return views.map((view) => settle(view, watched));
}

async function viewOne(
  context: Context,
  queue: Queue,
  scheduler: StoredScheduler,
  recorded: readonly SchedulerRun[],
  now: number,
  lookedFor: number,
): Promise<Scheduler> {
  const { schedule, nextAt, nextJobId, nextJobState, made, jobKey } = scheduler;
  const { status, trouble } = judgeScheduler(scheduler, queue, now);
  const zone = zoneOf(schedule, nextAt);
  const isPending =
    nextJobState !== null && nextJobState !== 'completed' && nextJobState !== 'failed' && nextJobState !== 'active';
  const known = new Map(recorded.map((run) => [run.at, run]));
  if (nextAt !== null && nextJobState !== null && !isPending && !known.has(nextAt))
    known.set(nextAt, {
      at: nextAt,
      outcome: nextJobState === 'active' ? 'running' : (nextJobState as 'completed' | 'failed'),
      endedAt: null,
      jobId: nextJobId,
    });
  const wanted = recorded.length > 0 && lookedFor < MAX_RUNS ? [] : safePastRuns(scheduler, zone.name, now, lookedFor);
  for (const kept of await keptRuns(
    context,
    queue,
    jobKey,
    wanted.filter((at) => !isEnded(known.get(at))),
  ))
    known.set(kept.at, { ...kept, jobId: jobIdOf(jobKey, kept.at) });
  const runs = fillRuns(
    schedule,
    zone.name,
    [...known.values()].sort((a, b) => a.at - b.at),
    { pendingAt: isPending ? nextAt : null, isOver: status === 'ended', now },
  );
  const left = schedule.limit === null || made === null ? null : schedule.limit - made + (isPending ? 1 : 0);
  const ranOut = status === 'ended' || status === 'broken';
  return {
    queue: queue.id,
    queueKey: toQueueKey(queue.id),
    id: scheduler.id,
    form: scheduler.form,
    name: scheduler.name,
    schedule,
    words: scheduleWords(schedule),
    zone,
    made,
    nextAt,
    nextJobId,
    nextJobState,
    status,
    trouble,
    nextRuns: ranOut ? [] : safeNextRuns(scheduler, zone.name, now, left),
    lastRun: null,
    runs,
    missed: 0,
    whyNotEdit: queue.readOnlyReason ?? scheduler.whyNotEdit,
  };
}

/** Times that nobody watched are not missed: nothing is known of them. */
function settle(view: Scheduler, watched: ReadonlySet<number>): Scheduler {
  const runs = view.runs.map((run): SchedulerRun =>
    run.outcome === 'missed' && !watched.has(run.at) ? { ...run, outcome: 'unknown' } : run,
  );
  return {
    ...view,
    runs,
    lastRun: runs.findLast(({ outcome }) => outcome !== 'missed' && outcome !== 'unknown') ?? null,
    missed: runs.filter(({ outcome }) => outcome === 'missed').length,
  };
}

async function readRecords(
  { store }: Pick<ApiContext, 'store'>,
  queue: Queue,
  stored: readonly StoredScheduler[],
): Promise<SchedulerRun[][]> {
  const jobKeys = stored.map(({ jobKey }) => jobKey);
  // The schedules are the broker's: they are shown also while the store that knows the past does not answer.
  const texts = await store.hmget(keys.schedulerRuns(toQueueKey(queue.id)), ...jobKeys).catch(() => []);
  return jobKeys.map((jobKey, index) =>
    decodeRuns(texts[index] ?? null).map((run) => toRun(run, jobIdOf(jobKey, run.due))),
  );
}

async function keptRuns(context: Context, queue: Queue, jobKey: string, dues: readonly number[]): Promise<KeptRun[]> {
  if (dues.length === 0) return [];
  const found = await deskOf(context as ApiContext, queue).schedulers.keptRuns(refOf(queue), jobKey, dues);
  return found.filter((run) => run !== null);
}

function isEnded(run: SchedulerRun | undefined): boolean {
  return run !== undefined && run.outcome !== 'running';
}

function jobIdOf(jobKey: string, due: number): string {
  return `repeat:${jobKey}:${due}`;
}

function safePastRuns({ schedule, nextAt }: StoredScheduler, zone: string, now: number, most: number): number[] {
  try {
    const to = Math.min(now, nextAt ?? now);
    return pastRuns(schedule, zone, schedule.startAt ?? 0, to, most, nextAt ?? now);
  } catch {
    return [];
  }
}

function safeNextRuns({ schedule, nextAt }: StoredScheduler, zone: string, now: number, left: number | null): number[] {
  try {
    return nextRuns(schedule, zone, { after: now, first: nextAt, left });
  } catch {
    // Whoever made it has another parser; what is stored is all that can be said.
    return nextAt !== null && nextAt > now ? [nextAt] : [];
  }
}

import { judgeHold, type Usual } from '../../../diagnose/active-jobs';
import { activeCheckSchema, type ActiveCheck } from '../../../domain/active-job';
import type { Queue } from '../../../domain/queue';
import { stallsSchema, type Stalls } from '../../../domain/stall';
import { quantileBound } from '../../../domain/totals';
import { toNames } from '../../../history/name-figures';
import { readStalls } from '../../../history/stall-store';
import { HOUR_MS } from '../../../history/tiers';
import type { ApiContext, LiveView } from '../context';
import { deskOf, refOf } from '../queue-ref';
import { json, route } from '../route';
import { fetchNames, orStoreDown } from './series';

const MAX_ACTIVE = 100;
/** What is usual for a job name is read from this many hours, and from no fewer runs. */
const USUAL_HOURS = 6;
const LEAST_RUNS = 20;

export const stallRoutes = [
  route({
    method: 'GET',
    path: '/queues/{queue}/active-check',
    right: 'view',
    summary: 'Active jobs with their locks: which of them nobody works on any more, and why; which run unusually long',
    answers: { 200: activeCheckSchema },
    handle: async ({ queue, context }) => {
      const now = Date.now();
      const [{ at, jobs, isCut }, usualOf] = await Promise.all([
        deskOf(context, queue).activeJobs(refOf(queue), MAX_ACTIVE),
        usualRuns(context, queue, now),
      ]);
      const around = { ...surroundingsOf(context.mirror, queue), now: at, lockMs: longestLock(jobs) };
      return json({
        at,
        p99Ms: usualP99(queue, context.mirror),
        isCut,
        jobs: jobs.map((job) => {
          const { id, name, hasLock, lockTtlMs, takenAt } = job;
          const usual = usualOf(name);
          const runningMs = takenAt === null ? null : Math.max(0, at - takenAt);
          const others = jobs.filter((other) => other !== job);
          const judged = judgeHold(job, { ...around, others }, usual);
          return { id, name, runningMs, hasLock, lockTtlMs, usualMs: usual?.p99Ms ?? null, ...judged };
        }),
      } satisfies ActiveCheck);
    },
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/stalls',
    right: 'view',
    summary: 'The newest stalls of a queue, each with its cause and, where it is unambiguous, its worker',
    answers: { 200: stallsSchema },
    handle: async ({ queue, context }) =>
      json({ stalls: await orStoreDown(() => readStalls(context.store, queue.key)) } satisfies Stalls),
  }),
];

/** Who works for the queue, who left, and when its broker was slow, as the collector last said. */
function surroundingsOf(mirror: LiveView, { key, id }: Queue) {
  const ofQueue = ({ queueKey }: { queueKey: string }) => queueKey === key;
  const listed = mirror.workers()?.find(({ source }) => source === id.source);
  const broker = mirror.brokersView().brokers.find(({ source }) => source === id.source);
  return {
    workers: listed?.workers?.filter(ofQueue) ?? null,
    left: listed?.left?.filter(ofQueue) ?? [],
    slowSpells: broker?.slowSpells ?? [],
  };
}

function longestLock(jobs: readonly { lockTtlMs: number | null }[]): number | null {
  const known = jobs.flatMap(({ lockTtlMs }) => lockTtlMs ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

/** What is usual for a job of some name: of the last hours where enough ran, else of the whole queue. */
async function usualRuns(
  context: ApiContext,
  queue: Queue,
  now: number,
): Promise<(name: string | null) => Usual | null> {
  const range = { from: now - USUAL_HOURS * HOUR_MS, to: now };
  // Without the store the verdicts are only less certain.
  const names = await fetchNames(context, queue, range, now).then(
    ({ tier, stored }) => toNames(stored, tier, range.from - (range.from % tier.slotMs), now).names,
    () => [],
  );
  const byName = new Map(names.map((each) => [each.name, each]));
  const ofQueue = usualP99(queue, context.mirror);
  return (name) => {
    const known = name === null ? undefined : byName.get(name);
    const runs = (known?.completed ?? 0) + (known?.failed ?? 0) + (known?.failedAttempts ?? 0);
    if (known?.runMs.p99 != null && runs >= LEAST_RUNS) return { p99Ms: known.runMs.p99, of: 'name' };
    return ofQueue === null ? null : { p99Ms: ofQueue, of: 'queue' };
  };
}

/** The last minute's, or that of all runs since counting began, whichever is more patient. */
function usualP99({ key, lastMinute }: Queue, mirror: LiveView): number | null {
  const totals = mirror.totalsOf(key);
  const known = [lastMinute.runMs.p99, totals && quantileBound(totals.run, 0.99)].filter((ms) => ms !== null);
  return known.length === 0 ? null : Math.max(...known);
}

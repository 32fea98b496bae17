import { judgeActive } from '../../../diagnose/active-jobs';
import { activeCheckSchema } from '../../../domain/active-job';
import { AppError } from '../../../domain/errors';
import type { Queue } from '../../../domain/queue';
import { quantileBound } from '../../../domain/totals';
import { workersViewSchema, type SourceWorkers, type WorkersView } from '../../../domain/worker';
import { deskOf, refOf } from '../queue-ref';
import type { LiveView } from '../context';
import { json, route } from '../route';

const MAX_ACTIVE = 100;

export const workerRoutes = [
  route({
    method: 'GET',
    path: '/workers',
    right: 'view',
    summary: 'Who is connected to which queue; null with a reason where the broker does not tell',
    answers: { 200: workersViewSchema },
    handle: ({ context: { mirror } }) => {
      const sources = mirror.workers();
      if (!sources) throw new AppError('not-ready', mirror.whyNotReady() ?? 'No list of workers was read yet.');
      return json({ at: Date.now(), sources, groups: groupsOf(sources, mirror) } satisfies WorkersView);
    },
  }),
  route({
    method: 'GET',
    path: '/queues/{queue}/active-check',
    right: 'view',
    summary: 'Active jobs with their locks: which of them nobody works on any more, and which run unusually long',
    answers: { 200: activeCheckSchema },
    handle: async ({ queue, context }) => {
      const { at, jobs, isCut } = await deskOf(context, queue).activeJobs(refOf(queue), MAX_ACTIVE);
      const p99Ms = usualP99(queue, context.mirror);
      return json({ at, p99Ms, isCut, jobs: jobs.map((job) => ({ ...job, ...judgeActive(job, p99Ms) })) });
    },
  }),
];

/** The last minute's, or that of all runs since counting began, whichever is more patient. */
function usualP99({ key, lastMinute }: Queue, mirror: LiveView): number | null {
  const totals = mirror.totalsOf(key);
  const known = [lastMinute.runMs.p99, totals && quantileBound(totals.run, 0.99)].filter((ms) => ms !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function groupsOf(sources: readonly SourceWorkers[], mirror: LiveView): WorkersView['groups'] {
  const groups = new Map<string, WorkersView['groups'][number]>();
  for (const { source, workers } of sources)
    for (const { queue, queueKey, host } of workers ?? []) {
      const id = `${queueKey} ${host}`;
      const group = groups.get(id);
      if (group) group.connections += 1;
      else {
        const library = mirror.queue(queueKey)?.kind ?? null;
        groups.set(id, { source, queue, queueKey, library, host, connections: 1 });
      }
    }
  return [...groups.values()];
}

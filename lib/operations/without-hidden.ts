import type { JobActionResult } from '../domain/action';
import type { JobPage } from '../domain/job';
import { toQueueKey } from '../domain/queue-key';
import type { JobScan } from '../sources/job-scan';
import type { JobPageRequest, QueueRef, SourceDesk } from '../sources/source';
import type { HiddenJobs } from './hidden-jobs';

/** Pages read at most to fill one from which jobs are left out. */
const MAX_READS = 5;

/**
 * A desk on which jobs that are being removed do not lie: lists, their totals and searches leave them out, and nothing
 * else is done to them; a job that is asked for by its id says what removes it. Where the store does not answer they are seen, since what is hidden is not known.
 */
export function withoutHidden(desk: SourceDesk, hidden: HiddenJobs): SourceDesk {
  const shown = async <Job extends { id: string }>(
    queue: QueueRef,
    state: string,
    jobs: readonly Job[],
    finishedOn: (job: Job) => number | null,
  ): Promise<Job[]> => {
    const which = await hidden
      .which(
        toQueueKey(queue.id),
        state,
        jobs.map((job) => ({ id: job.id, finishedOn: finishedOn(job) })),
      )
      .catch(() => []);
    return jobs.filter((_, at) => which[at] !== true);
  };

  const jobs = async (queue: QueueRef, request: JobPageRequest): Promise<JobPage> => {
    const { state, limit } = request;
    const rows: JobPage['jobs'] = [];
    let { cursor } = request;
    let page: JobPage;
    let reads = 0;
    do {
      page = await desk.jobs(queue, { ...request, limit: limit - rows.length, cursor });
      rows.push(...(await shown(queue, state, page.jobs, (row) => row.finishedOn)));
      cursor = page.nextCursor;
      reads += 1;
    } while (rows.length < limit && cursor !== null && reads < MAX_READS);
    const count = await hidden.count(toQueueKey(queue.id), state).catch(() => 0);
    return { ...page, jobs: rows, total: Math.max(rows.length, page.total - count) };
  };

  const job: SourceDesk['job'] = async (queue, id) => {
    const found = await desk.job(queue, id);
    const removal = await hidden.removalOf(toQueueKey(queue.id), found.state, found).catch(() => null);
    return { ...found, removal };
  };

  const scan: Pick<JobScan, 'rows' | 'ids'> = {
    async rows(queue, request) {
      const page = await desk.scan.rows(queue, request);
      return { ...page, hits: await shown(queue, request.state, page.hits, (row) => row.finishedOn) };
    },
    async ids(queue, request) {
      const page = await desk.scan.ids(queue, request);
      return { ...page, hits: await shown(queue, request.state, page.hits, ({ score }) => score) };
    },
  };

  const act: SourceDesk['act'] = async (queue, action, ids) => {
    const away = new Set(await hidden.among(desk.bulk, queue, ids).catch(() => []));
    const done = await desk.act(
      queue,
      action,
      ids.filter((id) => !away.has(id)),
    );
    const byId = new Map(done.map((result) => [result.id, result]));
    return ids.map((id) => byId.get(id) ?? beingRemoved(id));
  };

  return Object.assign(Object.create(desk) as SourceDesk, {
    jobs,
    job,
    act,
    scan: Object.assign(Object.create(desk.scan) as JobScan, scan),
  });
}

function beingRemoved(id: string): JobActionResult {
  return {
    id,
    ok: false,
    state: null,
    code: 'conflict',
    detail: `Job ${id} is being removed. To do anything to it, undo the removal first: see Operations.`,
  };
}

import type { Redis } from '../../redis/connection';
import type { RedisSourceConfig } from '../../config/config';
import { whySourceIsReadOnly } from '../../config/read-only';
import type { Log } from '../../config/log';
import type { AddJobBody, AddJobResult, JobAction, JobActionResult } from '../../domain/action';
import { AppError, isAppError, messageOf } from '../../domain/errors';
import type { Job, JobPage } from '../../domain/job';
import { connectRedis } from '../../redis/connect';
import type { JobEdits } from '../job-edits';
import type { JobParts } from '../job-parts';
import type { JobScan } from '../job-scan';
import type { ActiveJobs, JobFieldName, JobPageRequest, QueueRef, SourceDesk, StoredField } from '../source';
import { readActiveJobs } from './active-jobs';
import { RedisBulkJobs } from './bulk-jobs';
import { toAppError, isConnectionTrouble } from './driver-errors';
import { actOnJob } from './job-actions';
import { readField, readJob } from './job-detail';
import { RedisJobEdits } from './job-edits';
import { readJobEvents } from './job-events';
import { readFlow } from './job-flow';
import { readLogs } from './job-logs';
import { readRows } from './job-rows';
import { RedisJobScan } from './job-scan';
import { readPage } from './job-pages';
import { jobSetOf } from './job-sets';
import { baseOf, isReservedJobId } from './keys';
import { KeyedQueue } from './keyed-queue';
import { Libraries, type NewJobOptions, type QueueWriter } from './libraries';
import { Patience, withPatience } from './patience';
import { RedisControls } from './redis-controls';
import { RedisSchedulers } from './redis-schedulers';

/** Jobs acted on at the same time; each is one script of the library. */
const ACTIONS_AT_ONCE = 20;

/** People's questions to one Redis: lists, jobs, actions. Its connection is its own, so that a big answer delays no snapshot. */
export class RedisDesk implements SourceDesk {
  readonly name: string;
  readonly scan: JobScan;
  readonly controls: RedisControls;
  readonly schedulers: RedisSchedulers;
  readonly bulk: RedisBulkJobs;
  private readonly redis: Redis;
  private readonly libraries: Libraries;
  private readonly turns = new KeyedQueue();
  private readonly patience: Patience;
  readonly edits: JobEdits;
  readonly parts: JobParts;

  constructor(config: RedisSourceConfig, log: Log) {
    this.name = config.name;
    this.redis = connectRedis(config.url, { name: 'tailback-desk', log });
    this.libraries = new Libraries(this.redis, whySourceIsReadOnly(config.readOnly));
    this.scan = new RedisJobScan(this.redis, (question) => this.patience.ask(question));
    this.patience = new Patience(this.name);
    this.edits = new RedisJobEdits(this.redis, this.libraries, this.turns, this.patience);
    this.parts = {
      logs: (queue, jobId, request) =>
        this.patience.ask(() => readLogs(this.redis, `${baseOf(queue.id)}:${jobId}:logs`, request)),
      flow: (queue, jobId, request) => this.patience.ask(() => readFlow(this.redis, queue, jobId, request)),
      events: (queue, jobId) => this.patience.ask(() => readJobEvents(this.redis, queue, jobId)),
    };
    this.controls = new RedisControls(this.redis, this.libraries, this.patience);
    this.schedulers = new RedisSchedulers(this.redis, this.libraries, this.patience);
    this.bulk = new RedisBulkJobs(config, log);
  }

  async jobs(queue: QueueRef, { state, ...place }: JobPageRequest): Promise<JobPage> {
    const set = jobSetOf(queue.kind, state);
    return this.patience.ask(async () => {
      const base = baseOf(queue.id);
      const { entries, ...page } = await readPage(this.redis, base, set, place);
      const jobs = await readRows(this.redis, base, state, set, entries);
      return { jobs, ...page, mayDrift: set.type === 'list' };
    });
  }

  async job(queue: QueueRef, jobId: string): Promise<Job> {
    return this.patience.ask(() => readJob(this.redis, queue, jobId));
  }

  async field(queue: QueueRef, jobId: string, name: JobFieldName): Promise<StoredField> {
    return this.patience.ask(() => readField(this.redis, queue, jobId, name));
  }

  async activeJobs(queue: QueueRef, limit: number): Promise<ActiveJobs> {
    return this.patience.ask(() => readActiveJobs(this.redis, queue, limit));
  }

  async act(queue: QueueRef, action: JobAction, ids: readonly string[]): Promise<JobActionResult[]> {
    const writer = this.libraries.writer(queue);
    await this.patience.ask(() => this.redis.ping());
    const results: JobActionResult[] = [];
    for (let start = 0; start < ids.length; start += ACTIONS_AT_ONCE) {
      const chunk = ids.slice(start, start + ACTIONS_AT_ONCE);
      results.push(...(await Promise.all(chunk.map((id) => this.actOnOne(queue, writer, action, id)))));
    }
    return results;
  }

  async add(queue: QueueRef, { name, data, opts }: AddJobBody): Promise<AddJobResult> {
    const writer = this.libraries.writer(queue);
    if (opts.jobId !== undefined) refuseReserved(opts.jobId);
    const { runAt, ...options } = opts;
    const timestamp = Date.now();
    if (runAt !== undefined) options.delay = Math.max(0, new Date(runAt).getTime() - timestamp);
    const base = baseOf(queue.id);
    await this.patience.ask(() => this.redis.ping());
    return this.patience.write(() => {
      const addOnce = () => this.addTo(base, writer, name, data, { ...options, timestamp });
      return opts.jobId === undefined ? addOnce() : this.turns.run(`${base}:${opts.jobId}`, addOnce);
    });
  }

  async setPaused(queue: QueueRef, isPaused: boolean): Promise<void> {
    const writer = this.libraries.writer(queue);
    await this.patience.ask(() => this.redis.ping());
    await this.patience.write(() => writer.setPaused(isPaused));
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await this.bulk.close();
  }

  /** Both libraries answer an add of an id that exists with that id, so it is looked for before and after. */
  private async addTo(
    base: string,
    writer: QueueWriter,
    name: string | undefined,
    data: unknown,
    options: NewJobOptions,
  ): Promise<AddJobResult> {
    const wasThere = options.jobId !== undefined && (await this.redis.exists(`${base}:${options.jobId}`)) === 1;
    let jobId: string;
    try {
      jobId = await writer.add(name, data, options);
    } catch (error) {
      if (isAppError(error) || isConnectionTrouble(error)) throw error;
      throw new AppError('bad-request', `The queue library does not take this job: ${messageOf(error)}`, {
        cause: error,
      });
    }
    // Another's timestamp shows that a process other than this one won a race.
    const stored = options.jobId === undefined ? null : await this.redis.hget(`${base}:${jobId}`, 'timestamp');
    const isDuplicate = wasThere || (stored !== null && stored !== String(options.timestamp));
    return { jobId, status: isDuplicate ? 'duplicate' : 'queued' };
  }

  private async actOnOne(
    queue: QueueRef,
    writer: QueueWriter,
    action: JobAction,
    id: string,
  ): Promise<JobActionResult> {
    try {
      // Bull's script of "remove" does not say whether there was anything to remove: one after the other, the second sees.
      const result = await this.turns.run(`${baseOf(queue.id)}:${id}`, () =>
        withPatience(actOnJob(this.redis, queue, writer, action, id)),
      );
      return { id, ok: true, ...result };
    } catch (caught) {
      const error = toAppError(caught, this.name, true);
      const code = isAppError(error) ? error.code : 'internal';
      return { id, ok: false, state: null, code, detail: messageOf(error) };
    }
  }
}

function refuseReserved(jobId: string): void {
  if (!isReservedJobId(jobId)) return;
  throw new AppError(
    'bad-request',
    `"${jobId}" cannot be a job's id: the queue keeps something of its own under that name.`,
    {
      invalidParams: [{ path: 'opts.jobId', message: 'reserved by the queue library' }],
    },
  );
}

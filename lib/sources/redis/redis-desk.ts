import type { Redis } from 'ioredis';
import type { SourceConfig } from '../../config/config';
import type { Log } from '../../config/log';
import type { AddJobBody, AddJobResult, JobAction, JobActionResult } from '../../domain/action';
import { AppError, isAppError, messageOf } from '../../domain/errors';
import type { Job, JobPage } from '../../domain/job';
import { connectRedis } from '../../redis/connect';
import type { JobFieldName, JobPageRequest, QueueRef, SourceDesk } from '../source';
import { toAppError, isConnectionTrouble } from './driver-errors';
import { actOnJob } from './job-actions';
import { readField, readJob } from './job-detail';
import { readRows } from './job-rows';
import { jobSetOf, readIds } from './job-sets';
import { baseOf } from './keys';
import { Libraries } from './libraries';

/** Jobs acted on at the same time; each is one script of the library. */
const ACTIONS_AT_ONCE = 20;

/** People's questions to one Redis: lists, jobs, actions. Its connection is its own, so that a big answer delays no snapshot. */
export class RedisDesk implements SourceDesk {
  readonly name: string;
  private readonly redis: Redis;
  private readonly libraries: Libraries;

  constructor(config: SourceConfig, log: Log) {
    this.name = config.name;
    this.redis = connectRedis(config.url, { name: 'tailback-desk', log });
    this.libraries = new Libraries(this.redis);
  }

  async jobs(queue: QueueRef, { state, limit, cursor, order }: JobPageRequest): Promise<JobPage> {
    const set = jobSetOf(queue.kind, state);
    return this.ask(async () => {
      const base = baseOf(queue.id);
      const { entries, nextCursor, total } = await readIds(this.redis, base, set, order, cursor, limit);
      const jobs = await readRows(this.redis, base, state, set, entries);
      return { jobs, nextCursor, total, mayDrift: set.type === 'list' };
    });
  }

  async job(queue: QueueRef, jobId: string): Promise<Job> {
    return this.ask(() => readJob(this.redis, queue, jobId));
  }

  async field(queue: QueueRef, jobId: string, name: JobFieldName): Promise<Buffer> {
    return this.ask(() => readField(this.redis, queue, jobId, name));
  }

  async act(queue: QueueRef, action: JobAction, ids: readonly string[]): Promise<JobActionResult[]> {
    const writer = this.libraries.writer(queue);
    await this.ask(() => this.redis.ping());
    const results: JobActionResult[] = [];
    for (let start = 0; start < ids.length; start += ACTIONS_AT_ONCE) {
      const chunk = ids.slice(start, start + ACTIONS_AT_ONCE);
      results.push(...(await Promise.all(chunk.map((id) => this.actOnOne(queue, writer, action, id)))));
    }
    return results;
  }

  async add(queue: QueueRef, { name, data, opts }: AddJobBody): Promise<AddJobResult> {
    const writer = this.libraries.writer(queue);
    const { runAt, ...options } = opts;
    const timestamp = Date.now();
    if (runAt !== undefined) options.delay = Math.max(0, new Date(runAt).getTime() - timestamp);
    return this.ask(async () => {
      const base = baseOf(queue.id);
      const wasThere = opts.jobId !== undefined && (await this.redis.exists(`${base}:${opts.jobId}`)) === 1;
      let jobId: string;
      try {
        jobId = await writer.add(name, data, { ...options, timestamp });
      } catch (error) {
        if (isAppError(error) || isConnectionTrouble(error)) throw error;
        throw new AppError('bad-request', `The queue library does not take this job: ${messageOf(error)}`, {
          cause: error,
        });
      }
      // Both libraries answer an add of an id that exists with that id; a foreign timestamp shows that another won the race.
      const stored = opts.jobId === undefined ? null : await this.redis.hget(`${base}:${jobId}`, 'timestamp');
      const isDuplicate = wasThere || (stored !== null && stored !== String(timestamp));
      return { jobId, status: isDuplicate ? 'duplicate' : 'queued' };
    });
  }

  async setPaused(queue: QueueRef, isPaused: boolean): Promise<void> {
    const writer = this.libraries.writer(queue);
    await this.ask(() => writer.setPaused(isPaused));
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await Promise.resolve();
  }

  private async actOnOne(
    queue: QueueRef,
    writer: ReturnType<Libraries['writer']>,
    action: JobAction,
    id: string,
  ): Promise<JobActionResult> {
    try {
      return { id, ok: true, ...(await actOnJob(this.redis, queue, writer, action, id)) };
    } catch (caught) {
      const error = toAppError(caught, this.name);
      const code = isAppError(error) ? error.code : 'internal';
      return { id, ok: false, state: null, code, detail: messageOf(error) };
    }
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw toAppError(error, this.name);
    }
  }
}

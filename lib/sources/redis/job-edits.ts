import { whyNotEdit, whyNotRetryWithData, type JobEdit, type JobEditResult } from '../../domain/edit';
import { AppError, isAppError, messageOf } from '../../domain/errors';
import type { Redis } from '../../redis/connection';
import type { JobEdits } from '../job-edits';
import type { QueueRef } from '../source';
import { hashOf } from './data-hash';
import { isForbidden, isConnectionTrouble } from './driver-errors';
import { actOnJob, readSkeleton } from './job-actions';
import { placeOf, stateOf } from './job-state';
import { baseOf } from './keys';
import type { KeyedQueue } from './keyed-queue';
import type { Libraries, QueueWriter } from './libraries';
import type { Patience } from './patience';

/** Data larger than this is not read to be compared or shown in the log; bodies of the API are at most 1 MB. */
const COMPARED_BYTES = 8 * 1024 * 1024;
/** Values up to this length stand in the audit log, before and after. */
const NOTED_CHARS = 200;

/**
 * Changes of one job in one Redis. Whether the data is still the one that was opened is looked up right before the
 * library's script writes it; the two are not one step, since the script is the library's.
 */
export class RedisJobEdits implements JobEdits {
  constructor(
    private readonly redis: Redis,
    private readonly libraries: Libraries,
    private readonly turns: KeyedQueue,
    private readonly patience: Patience,
  ) {}

  async apply(queue: QueueRef, jobId: string, edit: JobEdit): Promise<JobEditResult> {
    const writer = this.libraries.writer(queue);
    await this.patience.ask(() => this.redis.ping());
    return this.turns.run(`${baseOf(queue.id)}:${jobId}`, () =>
      this.patience.write(() => this.applyInTurn(queue, writer, jobId, edit)),
    );
  }

  private async applyInTurn(
    queue: QueueRef,
    writer: QueueWriter,
    jobId: string,
    edit: JobEdit,
  ): Promise<JobEditResult> {
    const base = baseOf(queue.id);
    const place = await placeOf(this.redis, base, queue.kind, jobId);
    if (place === null || place.isOrphan) throw new AppError('not-found', `Job ${jobId} does not exist (any more).`);
    const { state } = place;
    const why =
      edit.edit === 'data' && edit.thenRetry
        ? whyNotRetryWithData(queue.kind, state)
        : whyNotEdit(edit.edit, queue.kind, state);
    if (why !== null) throw new AppError('unsupported', why);
    const skeleton = await readSkeleton(this.redis, base, jobId);
    try {
      if (edit.edit === 'data') return await this.writeData(queue, writer, jobId, edit);
      if (edit.edit === 'priority') await writer.changePriority(jobId, skeleton, edit);
      else await writer.changeDelay(jobId, skeleton, edit.delay);
    } catch (error) {
      throw await this.explain(error, queue, jobId, state);
    }
    const before = edit.edit === 'priority' ? skeleton.priority : `${skeleton.delay} ms`;
    const after = edit.edit === 'priority' ? String(edit.priority) : `${edit.delay} ms from now`;
    return {
      id: jobId,
      state: (await stateOf(this.redis, base, queue.kind, jobId)) ?? state,
      isRetried: false,
      dataHash: null,
      change: `${edit.edit}: ${before} → ${after}`,
    };
  }

  private async writeData(
    queue: QueueRef,
    writer: QueueWriter,
    jobId: string,
    { data, ifHash, thenRetry }: Extract<JobEdit, { edit: 'data' }>,
  ): Promise<JobEditResult> {
    const base = baseOf(queue.id);
    const key = `${base}:${jobId}`;
    const bytes = await this.redis.hstrlen(key, 'data');
    const before = bytes <= COMPARED_BYTES ? await this.redis.hgetBuffer(key, 'data') : null;
    if (ifHash !== undefined && (before === null || hashOf(before) !== ifHash))
      throw new AppError(
        'conflict',
        `The data of job ${jobId} was changed by somebody else after you opened it. Nothing was written.`,
      );
    await writer.updateData(jobId, await readSkeleton(this.redis, base, jobId), data);
    const after = JSON.stringify(data);
    const change = `data: ${noted(before?.toString() ?? null, bytes)} → ${noted(after, Buffer.byteLength(after))}`;
    const result = { id: jobId, isRetried: thenRetry, dataHash: hashOf(after), change };
    if (!thenRetry) return { ...result, state: (await stateOf(this.redis, base, queue.kind, jobId)) ?? 'unknown' };
    try {
      const { state } = await actOnJob(this.redis, queue, writer, 'retry', jobId);
      return { ...result, state: state ?? 'unknown' };
    } catch (error) {
      if (!isAppError(error)) throw error;
      throw new AppError(error.code, `The new data is written, but the job was not retried: ${error.message}`, {
        cause: error,
      });
    }
  }

  /** The libraries refuse in words; what has become of the job tells which of our codes it is. */
  private async explain(error: unknown, queue: QueueRef, jobId: string, before: string): Promise<unknown> {
    if (isAppError(error) || isConnectionTrouble(error) || isForbidden(error)) return error;
    const state = await stateOf(this.redis, baseOf(queue.id), queue.kind, jobId);
    if (state === null) return new AppError('not-found', `Job ${jobId} does not exist any more.`, { cause: error });
    if (state !== before)
      return new AppError('already-done', `Job ${jobId} was ${before} and is ${state} now: nothing was changed.`, {
        cause: error,
      });
    return new AppError('unsupported', `The queue library refuses: ${messageOf(error)}`, { cause: error });
  }
}

function noted(text: string | null, bytes: number): string {
  return text === null || text.length > NOTED_CHARS ? `(${bytes} bytes)` : text;
}

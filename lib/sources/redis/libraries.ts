import Bull from 'bull';
import { Job as BullMqJob, Queue as BullMqQueue } from 'bullmq';
import { Job as BullMq5Job, Queue as BullMq5Queue } from 'bullmq5';
import type { Redis } from '../../redis/connection';
import type { AddJobBody } from '../../domain/action';
import { AppError } from '../../domain/errors';
import type { QueueId } from '../../domain/queue';
import { shareAmongQueues } from '../../redis/connect';
import type { QueueRef } from '../source';
import { bullMqMajor } from './versions';

/** Queue objects kept open; they share one connection, so each is only memory. */
const MAX_OPEN = 200;

/** Parts of a job's hash that the library's scripts look at; never its data. */
export type JobSkeleton = {
  name: string;
  opts: string;
  timestamp: string;
  delay: string;
  priority: string;
  attemptsMade: string;
};

/** Writes to one queue through its library's own scripts. All methods throw the library's errors. */
export interface QueueWriter {
  retry(jobId: string, job: JobSkeleton, state: 'failed' | 'completed'): Promise<void>;
  remove(jobId: string, job: JobSkeleton): Promise<void>;
  promote(jobId: string, job: JobSkeleton): Promise<void>;
  updateData(jobId: string, job: JobSkeleton, data: unknown): Promise<void>;
  /** Not in Bull. */
  changePriority(jobId: string, job: JobSkeleton, to: { priority: number; lifo: boolean }): Promise<void>;
  /** ms from now, of a delayed job. Not in Bull. */
  changeDelay(jobId: string, job: JobSkeleton, delay: number): Promise<void>;
  setPaused(isPaused: boolean): Promise<void>;
  add(name: string | undefined, data: unknown, options: NewJobOptions): Promise<string>;
  /** Takes the queue's listeners off the shared connection, which stays open. */
  release(): void;
}

/** A queue object of the library, in the major version that wrote the queue. */
export type LibraryQueue =
  | { library: 'bull'; queue: Bull.Queue }
  | { library: 'bullmq5'; queue: BullMq5Queue }
  | { library: 'bullmq6'; queue: BullMqQueue };

/** Options of a new job in the words that all three libraries share; `timestamp` in ms. */
export type NewJobOptions = Omit<AddJobBody['opts'], 'runAt'> & { timestamp: number };

/**
 * Opens queues for writing in the major version that wrote them. The objects share `redis`, write nothing when they
 * are made (`skipMetasUpdate`), and are dropped when many are open.
 */
export class Libraries {
  private readonly open = new Map<string, { library: LibraryQueue; writer: QueueWriter }>();

  /** @param whyReadOnly why nothing is written here, whatever a queue says of itself */
  constructor(
    private readonly redis: Redis,
    private readonly whyReadOnly: string | null = null,
  ) {
    shareAmongQueues(redis);
  }

  /**
   * @param mayBegin a queue that does not exist yet: its library writes down which version it is of
   * @throws AppError `unsupported` when the queue is read-only
   */
  writer(queue: QueueRef, mayBegin = false): QueueWriter {
    return this.opened(queue, mayBegin).writer;
  }

  /**
   * The library's own queue object, for what `QueueWriter` has no word for. Never close it.
   * @throws AppError `unsupported` when the queue is read-only
   */
  queue(queue: QueueRef): LibraryQueue {
    return this.opened(queue).library;
  }

  private opened(
    { id, kind, version, readOnlyReason }: QueueRef,
    mayBegin = false,
  ): { library: LibraryQueue; writer: QueueWriter } {
    const reason = this.whyReadOnly ?? readOnlyReason;
    if (reason !== null) throw new AppError('unsupported', reason);
    const key = JSON.stringify([id.namespace, id.name, kind, bullMqMajor(version), mayBegin]);
    const known = this.open.get(key);
    if (known) return known;
    const library = openLibrary(
      this.redis,
      id,
      kind === 'bull' ? 'bull' : bullMqMajor(version) === '5' ? 'bullmq5' : 'bullmq6',
      mayBegin,
    );
    const opened = { library, writer: writerFor(library) };
    const [oldest] = this.open.size >= MAX_OPEN ? this.open : [];
    if (oldest) {
      this.open.delete(oldest[0]);
      oldest[1].writer.release();
    }
    this.open.set(key, opened);
    return opened;
  }
}

function openLibrary(
  redis: Redis,
  { namespace: prefix, name }: QueueId,
  library: LibraryQueue['library'],
  mayBegin: boolean,
): LibraryQueue {
  if (library === 'bull') return { library, queue: quiet(new Bull(name, { prefix, createClient: () => redis })) };
  const options = { prefix, connection: redis, skipMetasUpdate: !mayBegin, skipVersionCheck: true };
  return library === 'bullmq5'
    ? { library, queue: quiet(new BullMq5Queue(name, options)) }
    : { library, queue: quiet(new BullMqQueue(name, options)) };
}

/** Trouble of the connection is reported where the connection is made. */
function quiet<Q extends { on(event: 'error', listener: () => void): unknown }>(queue: Q): Q {
  queue.on('error', () => undefined);
  return queue;
}

function writerFor(opened: LibraryQueue): QueueWriter {
  if (opened.library === 'bull') return bullWriter(opened.queue);
  if (opened.library === 'bullmq5') {
    const { queue } = opened;
    return writerOf(queue, (jobId, skeleton) =>
      BullMq5Job.fromJSON(queue, jobJson(jobId, skeleton, skeleton.opts) as never, jobId),
    );
  }
  const { queue } = opened;
  return writerOf(queue, (jobId, skeleton) =>
    BullMqJob.fromJSON(queue, jobJson(jobId, skeleton, parsed(skeleton.opts)) as never, jobId),
  );
}

function bullWriter(queue: Bull.Queue): QueueWriter {
  type FromJson = { fromJSON(queue: Bull.Queue, json: Record<string, unknown>, jobId: string): Bull.Job };
  const { Job } = Bull as unknown as { Job: FromJson };
  const job = (jobId: string, skeleton: JobSkeleton) => Job.fromJSON(queue, { ...skeleton, data: '{}' }, jobId);
  return {
    async retry(jobId, skeleton, state) {
      if (state !== 'failed')
        throw new AppError('unsupported', 'Bull retries failed jobs only. Run it again as a new job instead.');
      await job(jobId, skeleton).retry();
    },
    async remove(jobId, skeleton) {
      await job(jobId, skeleton).remove();
    },
    async promote(jobId, skeleton) {
      await job(jobId, skeleton).promote();
    },
    async updateData(jobId, skeleton, data) {
      await job(jobId, skeleton).update(data);
    },
    changePriority: () => Promise.reject(new AppError('unsupported', 'Bull cannot change a priority.')),
    changeDelay: () => Promise.reject(new AppError('unsupported', 'Bull cannot change a delay.')),
    async setPaused(isPaused) {
      await (isPaused ? queue.pause() : queue.resume());
    },
    async add(name, data, options) {
      const added = name === undefined ? await queue.add(data, options) : await queue.add(name, data, options);
      return String(added.id);
    },
    // `close` would end the connection's use for all; the event alone takes the listeners off.
    release: () => void queue.emit('close'),
  };
}

type AnyBullMqJob = {
  retry(state: 'failed' | 'completed'): Promise<void>;
  remove(): Promise<void>;
  promote(): Promise<void>;
  updateData(data: unknown): Promise<void>;
  changePriority(to: { priority: number; lifo: boolean }): Promise<void>;
  changeDelay(delay: number): Promise<void>;
};
type AnyBullMqQueue = {
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
  add(name: string, data: unknown, options: never): Promise<{ id?: string | undefined }>;
};

function writerOf(queue: AnyBullMqQueue, job: (jobId: string, skeleton: JobSkeleton) => AnyBullMqJob): QueueWriter {
  return {
    retry: (jobId, skeleton, state) => job(jobId, skeleton).retry(state),
    remove: (jobId, skeleton) => job(jobId, skeleton).remove(),
    promote: (jobId, skeleton) => job(jobId, skeleton).promote(),
    updateData: (jobId, skeleton, data) => job(jobId, skeleton).updateData(data),
    changePriority: (jobId, skeleton, to) => job(jobId, skeleton).changePriority(to),
    changeDelay: (jobId, skeleton, delay) => job(jobId, skeleton).changeDelay(delay),
    setPaused: (isPaused) => (isPaused ? queue.pause() : queue.resume()),
    async add(name, data, options) {
      if (name === undefined)
        throw new AppError('bad-request', 'A BullMQ job needs a name.', {
          invalidParams: [{ path: 'name', message: 'required for BullMQ' }],
        });
      const added = await queue.add(name, data, options as never);
      return String(added.id);
    },
    release: () => void queue.close().catch(() => undefined),
  };
}

/** `Job.fromJSON` takes options as JSON text in v5 and as an object in v6. */
function jobJson(
  jobId: string,
  { name, timestamp, delay, priority, attemptsMade }: JobSkeleton,
  opts: unknown,
): Record<string, unknown> {
  return {
    id: jobId,
    name,
    data: '{}',
    opts,
    timestamp,
    delay: Number(delay),
    priority: Number(priority),
    atm: attemptsMade,
    attemptsMade: Number(attemptsMade),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return {};
  }
}

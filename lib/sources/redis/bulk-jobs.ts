import type { RedisSourceConfig } from '../../config/config';
import { whySourceIsReadOnly } from '../../config/read-only';
import type { Log } from '../../config/log';
import { AppError, isAppError, messageOf } from '../../domain/errors';
import type { JobRow } from '../../domain/job';
import { isMove, type BulkAction, type Move } from '../../domain/action';
import type { JobState } from '../../domain/queue';
import { connectRedis } from '../../redis/connect';
import type { Redis } from '../../redis/connection';
import type { BulkAct, BulkJobs, BulkResult, FrozenSet, JobEnd, WholeJob } from '../bulk-jobs';
import type { QueueRef } from '../source';
import { brokerTime } from './broker-time';
import { isConnectionTrouble, toAppError } from './driver-errors';
import { copyJob, isJsonObject, whyNotMany } from './job-actions';
import { membership, placesAndFields, type Fields, type Place } from './job-places';
import { readRows } from './job-rows';
import { jobSetOf } from './job-sets';
import { stateOf } from './job-state';
import { baseOf } from './keys';
import { Libraries, type JobSkeleton, type QueueWriter } from './libraries';
import { moveJobs, whyNotMove } from './move-jobs';
import { readWhole } from './read-whole';
import { retryBatch } from './retry-batch';
import { withoutId } from './without-id';

/** Scripts of the library that are on their way to the broker at the same time. */
const IN_FLIGHT = 250;
const READY_MS = 5_000;

/** What the libraries' scripts are told; the first three are all that finished jobs need. */
const FIELDS = [
  'name',
  'opts',
  'timestamp',
  'delay',
  'priority',
  'attemptsMade',
  'atm',
  'processedOn',
  'finishedOn',
] as const;

/** Changes to many jobs of one Redis, on a connection of their own: people's questions do not wait behind them. */
export class RedisBulkJobs implements BulkJobs {
  private opened: { redis: Redis; libraries: Libraries } | null = null;

  constructor(
    private readonly config: RedisSourceConfig,
    private readonly log: Log,
  ) {}

  async now(): Promise<number> {
    const [seconds, micros] = (await this.ask((redis) => redis.time())).map(Number) as [number, number];
    return seconds * 1_000 + Math.floor(micros / 1_000);
  }

  async count(queue: QueueRef, { state, until }: FrozenSet): Promise<number> {
    const set = jobSetOf(queue.kind, state);
    const key = `${baseOf(queue.id)}:${set.key}`;
    return this.ask((redis) =>
      set.type === 'list'
        ? redis.llen(key)
        : set.score === 'finishedOn'
          ? redis.zcount(key, '-inf', until)
          : redis.zcard(key),
    );
  }

  async rows(queue: QueueRef, state: JobState, ids: readonly string[]): Promise<JobRow[]> {
    if (ids.length === 0) return [];
    const set = jobSetOf(queue.kind, state);
    const base = baseOf(queue.id);
    return this.ask(async (redis) => {
      const places = await membership(redis, queue, state, ids);
      const entries = ids
        .map((id, at) => ({ id, score: places[at]?.score ?? null, isMember: places[at]?.isMember === true }))
        .filter(({ isMember }) => isMember);
      return readRows(redis, base, state, set, entries);
    });
  }

  async *whole(queue: QueueRef, ids: readonly string[]): AsyncGenerator<WholeJob> {
    try {
      const { redis } = await this.connection();
      yield* readWhole(redis, baseOf(queue.id), ids);
    } catch (error) {
      throw toAppError(error, this.config.name);
    }
  }

  refusal({ kind, readOnlyReason }: QueueRef, action: BulkAction, state: JobState): string | null {
    return readOnlyReason ?? whyNotMany(kind, action, state);
  }

  whyNotMove(queue: QueueRef, action: Move, to: string): Promise<string | null> {
    return this.ask((redis) => whyNotMove(redis, queue, action, to));
  }

  hasBatch({ kind }: QueueRef, action: BulkAction, state: JobState): boolean {
    return action === 'retry' && (state === 'failed' || (state === 'completed' && kind === 'bullmq'));
  }

  async batch(queue: QueueRef, action: BulkAction, { state, until }: FrozenSet, count: number) {
    if (!this.hasBatch(queue, action, state) || (state !== 'failed' && state !== 'completed'))
      throw new AppError('internal', `There is no script that does "${action}" to many ${state} jobs.`);
    return this.ask(async (redis, libraries) => {
      const library = libraries.queue(queue);
      const key = `${baseOf(queue.id)}:${state}`;
      const before = await redis.zcount(key, '-inf', until);
      if (before === 0) return { done: 0, isMore: false, ms: 0 };
      const { value, ms } = await brokerTime(redis, () => retryBatch(library, state, count, until));
      const { done, isMore } = value;
      return { done: done ?? Math.max(0, before - (await redis.zcount(key, '-inf', until))), isMore, ms };
    }, true);
  }

  async act(queue: QueueRef, act: BulkAct): Promise<BulkResult[]> {
    return this.ask(async (redis, libraries) => {
      const { to } = act;
      if (isMove(act.action)) {
        if (!to) throw new AppError('internal', 'A move without another queue.');
        return moveJobs(redis, libraries, queue, { ...act, to });
      }
      const writer = libraries.writer(queue);
      const found: Promise<BulkResult[]>[] = [];
      // What the next ones are is read while these are on their way.
      let before = Promise.resolve();
      for (let start = 0; start < act.ids.length; start += IN_FLIGHT) {
        const part = actOn(redis, writer, queue, act, act.ids.slice(start, start + IN_FLIGHT), before);
        before = part.then(
          () => undefined,
          () => undefined,
        );
        found.push(part);
      }
      return (await Promise.all(found)).flat();
    }, true);
  }

  async ends(queue: QueueRef, ids: readonly string[]): Promise<JobEnd[]> {
    const base = baseOf(queue.id);
    return this.ask((redis) =>
      Promise.all(
        ids.map(async (id): Promise<JobEnd> => {
          const state = await stateOf(redis, base, queue.kind, id);
          if (state === null) return 'unknown';
          return state === 'completed' ? 'succeeded' : state === 'failed' ? 'failed' : 'pending';
        }),
      ),
    );
  }

  close(): Promise<void> {
    this.opened?.redis.disconnect();
    this.opened = null;
    return Promise.resolve();
  }

  private async ask<T>(question: (redis: Redis, libraries: Libraries) => Promise<T>, isWriting = false): Promise<T> {
    try {
      const { redis, libraries } = await this.connection();
      return await question(redis, libraries);
    } catch (error) {
      throw toAppError(error, this.config.name, isWriting);
    }
  }

  private async connection(): Promise<{ redis: Redis; libraries: Libraries }> {
    if (this.opened === null) {
      const redis = connectRedis(this.config.url, { name: 'tailback-bulk', log: this.log });
      this.opened = { redis, libraries: new Libraries(redis, whySourceIsReadOnly(this.config.readOnly)) };
    }
    const { redis } = this.opened;
    if (redis.status !== 'ready') await ready(redis);
    // Libraries wait for a connection without end; this asks first.
    await redis.ping();
    return this.opened;
  }
}

function ready(redis: Redis): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error) => {
      clearTimeout(timer);
      redis.off('ready', onReady);
      if (error) reject(error);
      else resolve();
    };
    const onReady = () => done();
    const timer = setTimeout(() => done(new Error('Command timed out')), READY_MS);
    redis.once('ready', onReady);
  });
}

async function actOn(
  redis: Redis,
  writer: QueueWriter,
  queue: QueueRef,
  act: BulkAct,
  ids: readonly string[],
  before: Promise<void>,
): Promise<BulkResult[]> {
  const isFinished = act.state === 'failed' || act.state === 'completed';
  const names = FIELDS.slice(0, isFinished && act.action !== 'duplicate' ? 3 : FIELDS.length);
  const [{ places, hashes }] = await Promise.all([placesAndFields(redis, queue, act.state, ids, names), before]);
  const outcomes = await Promise.all(
    ids.map(async (id, at): Promise<BulkResult> => {
      const { isMember, score } = places[at] as Place;
      const fields = hashes[at] ?? [];
      if (!isMember) return { id, outcome: 'skipped', text: `no longer ${act.state}` };
      if (isFinished && score !== null && score > act.until)
        return { id, outcome: 'skipped', text: `${act.state} again since` };
      if (!isFinished && isNewer(fields, act.until))
        return { id, outcome: 'skipped', text: 'added, or worked on, since' };
      return actOnOne(redis, writer, queue, act, id, fields);
    }),
  );
  return outcomes;
}

/** Producers' and workers' clocks tell what was there when the set was frozen. */
function isNewer(fields: Fields, until: number): boolean {
  const [, , timestamp, , , , , processedOn] = fields;
  return Number(timestamp ?? 0) > until || Number(processedOn ?? 0) > until;
}

async function actOnOne(
  redis: Redis,
  writer: QueueWriter,
  queue: QueueRef,
  { action, state, copyId }: BulkAct,
  id: string,
  fields: Fields,
): Promise<BulkResult> {
  const isOrphan = fields[2] === null && fields[0] === null;
  if (isOrphan && action !== 'remove') return { id, outcome: 'failed', text: 'only its id is left' };
  try {
    if (action === 'duplicate') {
      const newId = await copyJob(redis, baseOf(queue.id), queue.kind, writer, id, copyId?.(id));
      return { id, outcome: 'done', text: null, newId };
    }
    const skeleton = toSkeleton(fields);
    if (action === 'retry') await writer.retry(id, skeleton, state as 'failed' | 'completed');
    else if (action === 'promote') await writer.promote(id, skeleton);
    else await writer.remove(id, skeleton);
    return { id, outcome: 'done', text: null };
  } catch (error) {
    if (isConnectionTrouble(error) || (isAppError(error) && error.code === 'source-down')) throw error;
    const now = await stateOf(redis, baseOf(queue.id), queue.kind, id);
    if (now !== state) return { id, outcome: 'skipped', text: now === null ? 'no longer there' : `no longer ${state}` };
    return { id, outcome: 'failed', text: withoutId(messageOf(error), id) };
  }
}

function toSkeleton([name, opts, timestamp, delay, priority, attemptsMade, atm]: readonly (
  string | null | undefined
)[]): JobSkeleton {
  return {
    name: name ?? '__default__',
    opts: isJsonObject(opts) ? opts : '{}',
    timestamp: timestamp ?? '0',
    delay: delay ?? '0',
    priority: priority ?? '0',
    attemptsMade: atm ?? attemptsMade ?? '0',
  };
}

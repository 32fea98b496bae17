import type { Redis } from '../../redis/connection';
import { AppError } from '../../domain/errors';
import type { JobState } from '../../domain/queue';
import type { SchedulerForm, SchedulerTemplate } from '../../domain/scheduler';
import type { QueueRef } from '../source';
import type { KeptRun, StoredScheduler } from '../schedulers';
import { results } from './job-sets';
import { baseOf } from './keys';
import { bullJobKey, bullMqOldJobKey, parseRepeatKey, scheduledJobId, type RepeatKey } from './repeat-key';
import { templateOpts } from './scheduler-template';
import { bullMqMajor } from './versions';

/** Options and templates above this size are not read for a list or a form. */
const MAX_TEXT = 64 * 1024;

const META = ['name', 'pattern', 'every', 'tz', 'offset', 'startDate', 'endDate', 'limit', 'ic'] as const;
type Meta = Record<(typeof META)[number], string | null>;

/** Reads one page of a queue's schedulers by their next time: three pipelines, whatever the page holds. */
export async function readSchedulers(
  redis: Redis,
  queue: QueueRef,
  offset: number,
  limit: number,
): Promise<StoredScheduler[]> {
  const flat = await redis.zrange(`${baseOf(queue.id)}:repeat`, offset, offset + limit - 1, 'WITHSCORES');
  const entries: { id: string; nextAt: number | null }[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) entries.push({ id: flat[i] as string, nextAt: toMs(flat[i + 1]) });
  return readEntries(redis, queue, entries);
}

/** @throws AppError `not-found` */
export async function readScheduler(redis: Redis, queue: QueueRef, id: string): Promise<StoredScheduler> {
  const score = await redis.zscore(`${baseOf(queue.id)}:repeat`, id);
  if (score === null)
    throw new AppError(
      'not-found',
      'This scheduler does not exist (any more): it was removed, or replaced by an edit.',
    );
  const [scheduler] = await readEntries(redis, queue, [{ id, nextAt: toMs(score) }]);
  return scheduler as StoredScheduler;
}

/**
 * What jobs are made from. BullMQ's job schedulers keep it; of repeatable jobs only the next job has it, so that it is
 * not known (`null`) when that job is gone. `data` is read up to `maxBytes`.
 */
export async function readTemplate(
  redis: Redis,
  queue: QueueRef,
  { id, form, nextJobId }: Pick<StoredScheduler, 'id' | 'form' | 'nextJobId'>,
  maxBytes = MAX_TEXT,
): Promise<SchedulerTemplate | null> {
  const base = baseOf(queue.id);
  if (form !== 'bullmq-scheduler' && nextJobId === null) return null;
  const key = form === 'bullmq-scheduler' ? `${base}:repeat:${id}` : `${base}:${nextJobId}`;
  const [exists, dataBytes, optsBytes] = (await results(
    redis.pipeline().exists(key).hstrlen(key, 'data').hstrlen(key, 'opts'),
  )) as [number, number, number];
  if (exists === 0) return null;
  const [data, opts] = await Promise.all([
    dataBytes <= maxBytes ? redis.hget(key, 'data') : null,
    optsBytes <= MAX_TEXT ? redis.hget(key, 'opts') : null,
  ]);
  // A job scheduler without data stores none and gives its jobs an empty object.
  if (dataBytes === 0) return { data: '{}', dataBytes: 2, opts: templateOpts(opts) };
  return { data, dataBytes, opts: templateOpts(opts) };
}

/** What is kept of the jobs due at `dues`: one read each. */
export async function readKeptRuns(
  redis: Redis,
  queue: QueueRef,
  jobKey: string,
  dues: readonly number[],
): Promise<(KeptRun | null)[]> {
  if (dues.length === 0) return [];
  const base = baseOf(queue.id);
  const pipeline = redis.pipeline();
  for (const at of dues) {
    const key = `${base}:${scheduledJobId(jobKey, at)}`;
    pipeline.hmget(key, 'processedOn', 'finishedOn').zscore(`${base}:failed`, scheduledJobId(jobKey, at));
  }
  const replies = await results(pipeline);
  return dues.map((at, index) => {
    const [processedOn, finishedOn] = replies[index * 2] as (string | null)[];
    const hasFailed = replies[index * 2 + 1] !== null;
    if (finishedOn) return { at, outcome: hasFailed ? 'failed' : 'completed', endedAt: Number(finishedOn) };
    return processedOn ? { at, outcome: 'running', endedAt: Number(processedOn) } : null;
  });
}

async function readEntries(
  redis: Redis,
  queue: QueueRef,
  entries: readonly { id: string; nextAt: number | null }[],
): Promise<StoredScheduler[]> {
  if (entries.length === 0) return [];
  const base = baseOf(queue.id);
  const metas = await readMetas(
    redis,
    queue,
    entries.map(({ id }) => id),
  );
  const known = entries.map(({ id, nextAt }, index) => ({ nextAt, ...describe(queue, id, metas[index] ?? null) }));
  const pipeline = redis.pipeline();
  for (const { jobKey, nextAt } of known) {
    const jobId = scheduledJobId(jobKey, nextAt ?? 0);
    pipeline
      .hmget(`${base}:${jobId}`, 'timestamp', 'processedOn', 'finishedOn')
      .zscore(`${base}:delayed`, jobId)
      .zscore(`${base}:failed`, jobId)
      .hstrlen(`${base}:${jobId}`, 'opts');
  }
  const replies = await results(pipeline);
  const schedulers = known.map(({ nextAt, ...rest }, index): StoredScheduler & { optsBytes: number } => {
    const [facts, delayed, failed, optsBytes] = replies.slice(index * 4, index * 4 + 4);
    const state = stateOf(facts as (string | null)[], delayed !== null, failed !== null);
    const nextJobId = state === null || nextAt === null ? null : scheduledJobId(rest.jobKey, nextAt);
    return { ...rest, nextAt, nextJobId, nextJobState: state, optsBytes: Number(optsBytes) };
  });
  return withLimits(redis, base, schedulers);
}

/** Limits, begin and count of a repeatable job stand in its next job's options only. */
async function withLimits(
  redis: Redis,
  base: string,
  schedulers: readonly (StoredScheduler & { optsBytes: number })[],
): Promise<StoredScheduler[]> {
  const asked = schedulers.filter(
    ({ form, nextJobId, optsBytes }) => form !== 'bullmq-scheduler' && nextJobId !== null && optsBytes <= MAX_TEXT,
  );
  const pipeline = redis.pipeline();
  for (const { nextJobId } of asked) pipeline.hget(`${base}:${nextJobId}`, 'opts');
  const texts = asked.length === 0 ? [] : await results(pipeline);
  return schedulers.map((one) => {
    const { optsBytes: _, ...scheduler } = one;
    const position = asked.indexOf(one);
    const repeat = position === -1 ? null : repeatOf(texts[position] as string | null);
    if (repeat === null) return scheduler;
    const { schedule } = scheduler;
    return {
      ...scheduler,
      made: toMs(repeat['count']),
      schedule: {
        ...schedule,
        limit: toMs(repeat['limit']),
        startAt: toTime(repeat['startDate']),
        endAt: schedule.endAt ?? toTime(repeat['endDate']),
      },
    };
  });
}

async function readMetas(redis: Redis, { id, kind }: QueueRef, ids: readonly string[]): Promise<(Meta | null)[]> {
  if (kind === 'bull') return ids.map(() => null);
  const pipeline = redis.pipeline();
  for (const one of ids) pipeline.hmget(`${baseOf(id)}:repeat:${one}`, ...META);
  return ((await results(pipeline)) as (string | null)[][]).map((values) =>
    values.every((value) => value === null)
      ? null
      : (Object.fromEntries(META.map((name, index) => [name, values[index] ?? null])) as Meta),
  );
}

type Description = Pick<StoredScheduler, 'id' | 'form' | 'name' | 'schedule' | 'made' | 'jobKey' | 'whyNotEdit'>;

function describe(queue: QueueRef, id: string, meta: Meta | null): Description {
  if (queue.kind === 'bull') {
    const parsed = parseRepeatKey(id, 'bull');
    return {
      id,
      form: 'bull-repeatable',
      ...fromKey(id, parsed),
      jobKey: bullJobKey(id, parsed ?? { name: id, jobId: null }),
      whyNotEdit: parsed === null ? 'Its key is none that Bull makes, so that its schedule cannot be read.' : null,
    };
  }
  // Only job schedulers count what they have made.
  const form: SchedulerForm = meta !== null && meta.ic !== null ? 'bullmq-scheduler' : 'bullmq-repeatable';
  const whyNotEdit =
    form === 'bullmq-repeatable' && bullMqMajor(queue.version) !== '5'
      ? 'This is a repeatable job of BullMQ 5, which BullMQ 6 does not run any more. Add a job scheduler in its place, and remove it.'
      : null;
  if (meta === null) {
    const parsed = parseRepeatKey(id, 'bullmq');
    const jobKey = parsed === null ? id : bullMqOldJobKey(id, parsed);
    return { id, form, ...fromKey(id, parsed), jobKey, whyNotEdit };
  }
  return {
    id,
    form,
    name: meta.name ?? id,
    schedule: {
      pattern: meta.pattern,
      everyMs: toMs(meta.every),
      offsetMs: toMs(meta.offset),
      tz: meta.tz,
      startAt: toTime(meta.startDate),
      endAt: toTime(meta.endDate),
      limit: toMs(meta.limit),
    },
    made: toMs(meta.ic),
    jobKey: id,
    whyNotEdit,
  };
}

function fromKey(id: string, parsed: RepeatKey | null): Pick<StoredScheduler, 'name' | 'schedule' | 'made'> {
  const schedule = { offsetMs: null, startAt: null, limit: null };
  if (parsed === null)
    return { name: id, made: null, schedule: { ...schedule, pattern: null, everyMs: null, tz: null, endAt: null } };
  const { name, pattern, everyMs, tz, endAt } = parsed;
  return { name, made: null, schedule: { ...schedule, pattern, everyMs, tz, endAt } };
}

/** A job that is neither put off nor begun nor over waits: in which of the waiting sets does not matter here. */
function stateOf(
  [timestamp, processedOn, finishedOn]: (string | null)[],
  isDelayed: boolean,
  hasFailed: boolean,
): JobState | null {
  if (timestamp == null) return null;
  if (finishedOn != null) return hasFailed ? 'failed' : 'completed';
  if (isDelayed) return 'delayed';
  return processedOn == null ? 'waiting' : 'active';
}

function repeatOf(opts: string | null): Record<string, unknown> | null {
  try {
    const all = JSON.parse(opts ?? '') as { repeat?: unknown };
    return all.repeat !== null && typeof all.repeat === 'object' ? (all.repeat as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** A stored number, `null` where there is none. */
function toMs(value: unknown): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A stored time: ms, or a date as JSON writes it. */
function toTime(value: unknown): number | null {
  const number = toMs(value);
  if (number !== null || typeof value !== 'string' || value === '') return number;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? null : parsed;
}

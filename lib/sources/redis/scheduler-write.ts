import type { JobOptions, Queue as BullQueue } from 'bull';
import type { Redis } from '../../redis/connection';
import { AppError, isAppError, messageOf } from '../../domain/errors';
import type { SchedulerBody, SchedulerEdit, SchedulerTemplate } from '../../domain/scheduler';
import type { QueueRef } from '../source';
import type { StoredScheduler } from '../schedulers';
import { isConnectionTrouble } from './driver-errors';
import { baseOf } from './keys';
import type { LibraryQueue } from './libraries';
import { bullRepeatKey, parseRepeatKey, type RepeatKey } from './repeat-key';
import { readScheduler, readTemplate } from './scheduler-read';

type Made = { name: string; data: unknown; opts: Record<string, unknown> };

const BULL_DEFAULT_NAME = '__default__';
const GONE = 'Its next job is gone, and with it what its jobs are made from. Give data and options anew.';

/**
 * Adds a scheduler in the form that the library of today has: a repeatable job of Bull, a job scheduler of BullMQ.
 * @returns its id. @throws AppError `conflict`, `bad-request`
 */
export async function addScheduler(
  redis: Redis,
  ref: QueueRef,
  library: LibraryQueue,
  body: SchedulerBody,
): Promise<string> {
  const { id, schedule, data = {}, opts = {} } = body;
  if (library.library === 'bull') {
    const name = body.name ?? BULL_DEFAULT_NAME;
    const key = bullRepeatKey(keyOf(name, id ?? null, schedule));
    await refuseExisting(redis, ref, key);
    await addToBull(library.queue, { name, data, opts }, schedule, id ?? null);
    return key;
  }
  if (id === undefined)
    throw new AppError('bad-request', 'A job scheduler needs an id.', {
      invalidParams: [{ path: 'id', message: 'required for BullMQ' }],
    });
  await refuseExisting(redis, ref, id);
  await upsert(library.queue, id, { name: body.name ?? id, data, opts }, schedule);
  return id;
}

/**
 * Replaces a scheduler's schedule, and its template as far as the body gives one.
 * @returns its id afterwards. @throws AppError `not-found`, `unsupported`, `bad-request`, `conflict`
 */
export async function editScheduler(
  redis: Redis,
  ref: QueueRef,
  library: LibraryQueue,
  body: SchedulerEdit,
): Promise<string> {
  const before = await readScheduler(redis, ref, body.id);
  if (before.whyNotEdit !== null) throw new AppError('unsupported', before.whyNotEdit);
  const made = await templateAfter(redis, ref, before, body);
  if (library.library === 'bull') {
    const jobId = parseRepeatKey(before.id, 'bull')?.jobId ?? null;
    const key = bullRepeatKey(keyOf(made.name, jobId, body.schedule));
    // Bull does not replace the next job of a key that stays, so that it has to go first.
    if (key === before.id) await removeScheduler(redis, ref, library, before);
    else await refuseExisting(redis, ref, key);
    await addToBull(library.queue, made, body.schedule, jobId);
    if (key !== before.id) await removeScheduler(redis, ref, library, before);
    return key;
  }
  if (before.form === 'bullmq-repeatable') {
    if (library.library !== 'bullmq5') throw new AppError('unsupported', 'Only BullMQ 5 has repeatable jobs.');
    await removeScheduler(redis, ref, library, before);
    const repeat = { ...repeatOptions(body.schedule), key: before.id };
    await taken(() => library.queue.add(made.name, made.data, { ...made.opts, repeat }));
    return before.id;
  }
  await upsert(library.queue, before.id, made, body.schedule);
  return before.id;
}

/** Takes a scheduler away with its next job. @throws AppError `not-found` when somebody else was first */
export async function removeScheduler(
  redis: Redis,
  ref: QueueRef,
  library: LibraryQueue,
  { id, form }: StoredScheduler,
): Promise<void> {
  if (library.library === 'bull') await removeFromBull(library.queue, id);
  else if (form === 'bullmq-repeatable' && library.library === 'bullmq5') await library.queue.removeRepeatableByKey(id);
  else await library.queue.removeJobScheduler(id);
  if ((await redis.zscore(`${baseOf(ref.id)}:repeat`, id)) !== null)
    throw new AppError('conflict', 'The scheduler was put back by somebody else at the same moment.');
}

/** Bull looks for the name before the first colon of a key; a name with colons needs the long way. */
async function removeFromBull(queue: BullQueue, id: string): Promise<void> {
  const parsed = parseRepeatKey(id, 'bull');
  if (parsed === null || bullRepeatKey(parsed) !== id) return queue.removeRepeatableByKey(id);
  const { name, jobId, endAt, tz, pattern, everyMs } = parsed;
  const times = pattern === null ? { every: everyMs ?? 0 } : { cron: pattern, ...(tz === null ? {} : { tz }) };
  const more = { ...(endAt === null ? {} : { endDate: endAt }), ...(jobId === null ? {} : { jobId }) };
  await queue.removeRepeatable(name, { ...times, ...more });
}

async function templateAfter(redis: Redis, ref: QueueRef, before: StoredScheduler, body: SchedulerEdit): Promise<Made> {
  const stored = await readTemplate(redis, ref, before, Infinity);
  if (stored === null && (body.data === undefined || body.opts === undefined)) throw new AppError('unsupported', GONE);
  return {
    name: body.name ?? before.name,
    data: body.data === undefined ? parseData(stored) : body.data,
    opts: { ...stored?.opts, ...body.opts },
  };
}

/** @throws AppError `unsupported` when it is not JSON */
export function parseData(template: SchedulerTemplate | null): unknown {
  if (template === null) throw new AppError('unsupported', GONE);
  try {
    return JSON.parse(template.data ?? '') as unknown;
  } catch {
    throw new AppError('unsupported', 'The data of its jobs is not JSON, so that no job can be made of it here.');
  }
}

async function refuseExisting(redis: Redis, { id }: QueueRef, key: string): Promise<void> {
  if ((await redis.zscore(`${baseOf(id)}:repeat`, key)) === null) return;
  throw new AppError('conflict', 'There is such a scheduler already. Edit it, or choose another id or name.');
}

type Schedule = SchedulerBody['schedule'];

function keyOf(name: string, jobId: string | null, { pattern, everyMs, tz, endAt }: Schedule): RepeatKey {
  return { name, jobId, endAt: endAt ?? null, tz: tz ?? null, pattern: pattern ?? null, everyMs: everyMs ?? null };
}

async function addToBull(
  queue: BullQueue,
  { name, data, opts }: Made,
  schedule: Schedule,
  jobId: string | null,
): Promise<void> {
  const { pattern, everyMs, offsetMs, ...rest } = schedule;
  if (offsetMs !== undefined)
    throw new AppError('bad-request', 'Bull knows no offset: its intervals are counted from the hour.', {
      invalidParams: [{ path: 'schedule.offsetMs', message: 'not known to Bull' }],
    });
  const { pattern: cron, ...repeat } = repeatOptions({
    ...rest,
    ...(pattern === undefined ? { everyMs } : { pattern }),
  });
  const times = cron === undefined ? repeat : { ...repeat, cron };
  const options = { ...opts, repeat: times, ...(jobId === null ? {} : { jobId }) };
  const added = await taken(() => queue.add(name, data, options as JobOptions));
  refuseNothing(added);
}

type JobSchedulers = {
  upsertJobScheduler(
    id: string,
    repeat: object,
    template: { name: string; data: unknown; opts: object },
  ): Promise<unknown>;
};

async function upsert(queue: unknown, id: string, made: Made, schedule: Schedule): Promise<void> {
  refuseNothing(await taken(() => (queue as JobSchedulers).upsertJobScheduler(id, repeatOptions(schedule), made)));
}

/** The libraries make nothing, and say nothing, when no time is left. */
function refuseNothing(job: unknown): void {
  if (job === undefined || job === null)
    throw new AppError('bad-request', 'The queue library makes nothing of this schedule: no time is left in it.');
}

function repeatOptions({ pattern, everyMs, offsetMs, tz, startAt, endAt, limit }: Schedule): {
  pattern?: string;
  every?: number;
} & Record<string, unknown> {
  return {
    ...(pattern === undefined ? {} : { pattern }),
    ...(everyMs === undefined ? {} : { every: everyMs }),
    ...(offsetMs === undefined ? {} : { offset: offsetMs }),
    ...(tz === undefined ? {} : { tz }),
    ...(startAt === undefined ? {} : { startDate: startAt }),
    ...(endAt === undefined ? {} : { endDate: endAt }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** What a library refuses in words of its own becomes a bad request. */
async function taken<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (isAppError(error) || isConnectionTrouble(error)) throw error;
    throw new AppError('bad-request', `The queue library does not take this schedule: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

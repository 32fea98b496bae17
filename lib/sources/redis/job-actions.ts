import { isUtf8 } from 'node:buffer';
import type { Redis } from '../../redis/connection';
import { isMove, type BulkAction, type JobAction } from '../../domain/action';
import { AppError, isAppError, messageOf } from '../../domain/errors';
import { hasRoundedNumbers, isWithinDepth, MAX_JSON_DEPTH } from '../../domain/json-value';
import type { JobState, QueueKind } from '../../domain/queue';
import type { QueueRef } from '../source';
import { isForbidden, isConnectionTrouble } from './driver-errors';
import { placeOf, stateOf } from './job-state';
import { baseOf } from './keys';
import type { JobSkeleton, NewJobOptions, QueueWriter } from './libraries';

/** States in which an action can be done. What is not listed is refused with a reason. */
export function allowedActions(kind: QueueKind, state: JobState): JobAction[] {
  const actions: JobAction[] = ['duplicate'];
  if (state === 'failed' || (state === 'completed' && kind === 'bullmq')) actions.unshift('retry');
  if (state === 'delayed') actions.unshift('promote');
  if (state !== 'active') actions.push('remove');
  return actions;
}

/** States that a job is in when somebody else has just retried or promoted it. */
const ON_ITS_WAY: readonly JobState[] = ['waiting', 'active', 'prioritized', 'paused'];

/**
 * Does one action on one job through the library's own script, which checks the state again in the same step.
 * @throws AppError `not-found`, `already-done` when another was first, `unsupported` when the state forbids it
 */
export async function actOnJob(
  redis: Redis,
  queue: QueueRef,
  writer: QueueWriter,
  action: JobAction,
  jobId: string,
): Promise<{ state: string | null; newId?: string }> {
  const base = baseOf(queue.id);
  const place = await placeOf(redis, base, queue.kind, jobId);
  if (place === null) throw new AppError('not-found', `Job ${jobId} does not exist (any more).`);
  const { state } = place;
  if (place.isOrphan && action !== 'remove')
    throw new AppError('unsupported', `Of job ${jobId} only its id is left. It can be removed, and nothing else.`);
  refuseIfImpossible(queue.kind, action, state, jobId);
  if (action === 'duplicate') return { state, newId: await copyJob(redis, base, queue.kind, writer, jobId) };
  const skeleton = await readSkeleton(redis, base, jobId);
  try {
    if (action === 'retry') await writer.retry(jobId, skeleton, state as 'failed' | 'completed');
    else if (action === 'promote') await writer.promote(jobId, skeleton);
    else await writer.remove(jobId, skeleton);
  } catch (error) {
    throw await explain(error, redis, base, queue.kind, action, state, jobId);
  }
  return { state: action === 'remove' ? null : await stateOf(redis, base, queue.kind, jobId) };
}

/** Why an action cannot be done to any job of a state, `null` when it can. */
export function whyNotPossible(kind: QueueKind, action: JobAction, state: JobState): string | null {
  if (allowedActions(kind, state).includes(action)) return null;
  if (action === 'remove') return 'Jobs that are being worked on cannot be removed before their workers have finished.';
  if (action === 'retry' && state === 'completed')
    return 'Bull retries failed jobs only. Run them again as new jobs instead.';
  return `Jobs that are ${state} cannot be ${action === 'retry' ? 'retried' : 'promoted'}.`;
}

/** The same for what is done to many jobs at once. */
export function whyNotMany(kind: QueueKind, action: BulkAction, state: JobState): string | null {
  if (!isMove(action)) return whyNotPossible(kind, action, state);
  if (state === 'active') return 'Jobs that are being worked on cannot be moved before their workers have finished.';
  if (state === 'waiting-children')
    return 'Jobs that wait for their children cannot be moved: the children would lose them.';
  if (state === 'completed' && action === 'dead-letter') return 'Completed jobs are no dead letters.';
  return null;
}

function refuseIfImpossible(kind: QueueKind, action: JobAction, state: JobState, jobId: string): void {
  if (allowedActions(kind, state).includes(action)) return;
  if ((action === 'retry' || action === 'promote') && ON_ITS_WAY.includes(state))
    throw new AppError(
      'already-done',
      `Job ${jobId} is ${state} already: somebody else, or its own schedule, was first.`,
    );
  if (action === 'remove')
    throw new AppError(
      'unsupported',
      `Job ${jobId} is being worked on. It can be removed when its worker has finished with it.`,
    );
  if (action === 'retry' && state === 'completed')
    throw new AppError('unsupported', 'Bull retries failed jobs only. Run it again as a new job instead.');
  throw new AppError('unsupported', `A job that is ${state} cannot be ${action === 'retry' ? 'retried' : 'promoted'}.`);
}

/** Of a job's hash, what the library's scripts look at. */
export async function readSkeleton(redis: Redis, base: string, jobId: string): Promise<JobSkeleton> {
  const [name, opts, timestamp, delay, priority, attemptsMade, atm] = await redis.hmget(
    `${base}:${jobId}`,
    'name',
    'opts',
    'timestamp',
    'delay',
    'priority',
    'attemptsMade',
    'atm',
  );
  return {
    name: name ?? '__default__',
    opts: isJsonObject(opts) ? opts : '{}',
    timestamp: timestamp ?? '0',
    delay: delay ?? '0',
    priority: priority ?? '0',
    attemptsMade: atm ?? attemptsMade ?? '0',
  };
}

export function isJsonObject(text: string | null | undefined): text is string {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return value !== null && typeof value === 'object';
  } catch {
    return false;
  }
}

/** The libraries refuse in words; the state before and after the refusal tells which of our codes it is. */
async function explain(
  error: unknown,
  redis: Redis,
  base: string,
  kind: QueueKind,
  action: JobAction,
  before: JobState,
  jobId: string,
): Promise<unknown> {
  if (isConnectionTrouble(error) || isForbidden(error) || isAppError(error)) return error;
  const state = await stateOf(redis, base, kind, jobId);
  if (state === null) return new AppError('not-found', `Job ${jobId} does not exist any more.`, { cause: error });
  // It was possible a moment ago: somebody else was first, whatever has become of the job since.
  if (state !== before && action !== 'remove')
    return new AppError('already-done', `Job ${jobId} was ${before} and is ${state} now: somebody else was first.`, {
      cause: error,
    });
  if (!allowedActions(kind, state).includes(action)) {
    try {
      refuseIfImpossible(kind, action, state, jobId);
    } catch (refusal) {
      return refusal;
    }
  }
  return new AppError('unsupported', `The queue library refuses: ${messageOf(error)}`, { cause: error });
}

/**
 * A new job with the same name, data and options but its own id, without the old one's delay and schedule.
 * @param newId its id; where a job of that id exists already, nothing is added
 */
export async function copyJob(
  redis: Redis,
  base: string,
  kind: QueueKind,
  writer: QueueWriter,
  jobId: string,
  newId?: string,
): Promise<string> {
  const stored = await redis.hmgetBuffer(`${base}:${jobId}`, 'name', 'data', 'opts');
  const [name, data, opts] = stored.map((bytes) => bytes?.toString() ?? null);
  for (const [at, what] of ['name', 'data'].entries())
    if (stored[at] && !isUtf8(stored[at]))
      throw new AppError(
        'unsupported',
        `The ${what} of job ${jobId} holds bytes that are no text (UTF-8). The queue library would write others.`,
      );
  if (data && hasRoundedNumbers(data))
    throw new AppError(
      'unsupported',
      `The data of job ${jobId} holds a number that is longer than JavaScript can hold. The queue library would write another.`,
    );
  let payload: unknown;
  try {
    payload = JSON.parse(data ?? 'null');
  } catch {
    throw new AppError('unsupported', `The data of job ${jobId} is not JSON, so a new job cannot be made of it.`);
  }
  if (!isWithinDepth(payload, MAX_JSON_DEPTH))
    throw new AppError(
      'unsupported',
      `The data of job ${jobId} is nested more than ${MAX_JSON_DEPTH} levels deep, which the queue library cannot write.`,
    );
  const kept = keptOptions(opts ?? '{}');
  return writer.add(name ?? (kind === 'bull' ? undefined : '__default__'), payload, {
    ...kept,
    ...(newId === undefined ? {} : { jobId: newId }),
    timestamp: Date.now(),
  });
}

const KEPT_OPTIONS = ['priority', 'attempts', 'backoff', 'lifo', 'removeOnComplete', 'removeOnFail'] as const;

/** Options of a job, as JSON, that a new job of the same kind gets too. */
export function keptOptions(opts: string): Omit<NewJobOptions, 'timestamp'> {
  if (!isJsonObject(opts)) return {};
  const all = JSON.parse(opts) as Record<string, unknown>;
  return Object.fromEntries(
    KEPT_OPTIONS.filter((name) => all[name] !== undefined && all[name] !== null).map((name) => [name, all[name]]),
  );
}

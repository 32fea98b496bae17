import { createHash } from 'node:crypto';
import type { Move } from '../../domain/action';
import { deadLetterSchema, type DeadLetter } from '../../domain/dead-letter';
import { isAppError, messageOf } from '../../domain/errors';
import { isWithinDepth, MAX_JSON_DEPTH } from '../../domain/json-value';
import type { QueueId } from '../../domain/queue';
import type { Redis } from '../../redis/connection';
import type { BulkAct, BulkResult } from '../bulk-jobs';
import type { QueueRef } from '../source';
import { isConnectionTrouble } from './driver-errors';
import { isJsonObject, readSkeleton } from './job-actions';
import { placesAndFields, type Place } from './job-places';
import { results } from './job-sets';
import { baseOf } from './keys';
import type { Libraries, NewJobOptions, QueueWriter } from './libraries';
import { bullMqMajor, isBullMqVersion, whyNotWritable } from './versions';

/** Jobs that are on their way at the same time: each carries its data with it. */
const AT_ONCE = 10;
/** Larger jobs are left where they are: reading one keeps the broker from everybody else. */
const MAX_BYTES = 8_000_000;
const FIELDS = [
  ...(['name', 'data', 'opts', 'failedReason', 'stacktrace', 'attemptsMade', 'atm'] as const),
  ...(['timestamp', 'processedOn', 'finishedOn', 'parentKey', 'parent'] as const),
] as const;
type Fields = Record<(typeof FIELDS)[number], string | null>;
/** Where BullMQ keeps the children of a job. */
const CHILDREN = ['dependencies', 'processed', 'unsuccessful', 'failed'] as const;
/** What a job that is brought back is given again; BullMQ keeps some of it under shorter names. */
const RESTORED = [
  ...(['priority', 'attempts', 'backoff', 'lifo', 'removeOnComplete', 'removeOnFail'] as const),
  ...(['timeout', 'stackTraceLimit', 'keepLogs', 'sizeLimit'] as const),
];
const SHORT = { kl: 'keepLogs' } as const;

/** The queue beside `queue` that is called `name`. */
export function besides(queue: QueueRef, name: string): QueueRef {
  return { ...queue, id: { ...queue.id, name } };
}

/** Why jobs of `queue` cannot be moved to (or back to) the queue `to`, `null` when they can. */
export async function whyNotMove(redis: Redis, queue: QueueRef, action: Move, to: string): Promise<string | null> {
  if (to === queue.id.name) return 'Jobs cannot be moved to the queue that they are in: name another one.';
  if (queue.kind === 'bullmq' && to.includes(':')) return 'Names of BullMQ queues hold no colon.';
  const { version, isThere } = await versionOf(redis, besides(queue, to).id);
  if (!isThere)
    return action === 'dead-letter' ? null : `There is no queue “${to}” in this namespace to bring the jobs back to.`;
  if ((version !== null) !== (queue.kind === 'bullmq'))
    return `“${to}” is a queue of ${version === null ? 'Bull' : 'BullMQ'}; jobs can only be moved within one library.`;
  if (version === null || bullMqMajor(version) === bullMqMajor(queue.version)) return null;
  return (
    whyNotWritable(version) ??
    `“${to}” is written by ${version} and this queue by ${queue.version ?? '?'}: jobs are not moved between major versions.`
  );
}

/**
 * Moves each job: adds it to the other queue under an id that is made from what it is, then removes it here, both through
 * the library's own scripts. Done again after a crash it adds nothing twice. Never throws for one job.
 */
export async function moveJobs(
  redis: Redis,
  libraries: Libraries,
  queue: QueueRef,
  act: BulkAct & { to: string },
): Promise<BulkResult[]> {
  const target = besides(queue, act.to);
  const isNew = queue.kind === 'bullmq' && !(await versionOf(redis, target.id)).isThere;
  const mover = new Mover(redis, queue, target, libraries.writer(queue), libraries.writer(target, isNew), act);
  const done: BulkResult[] = [];
  for (let start = 0; start < act.ids.length; start += AT_ONCE)
    done.push(...(await mover.move(act.ids.slice(start, start + AT_ONCE))));
  return done;
}

class Mover {
  private readonly base: string;
  private readonly targetBase: string;

  constructor(
    private readonly redis: Redis,
    private readonly queue: QueueRef,
    target: QueueRef,
    private readonly from: QueueWriter,
    private readonly to: QueueWriter,
    private readonly act: BulkAct,
  ) {
    this.base = baseOf(queue.id);
    this.targetBase = baseOf(target.id);
  }

  async move(ids: readonly string[]): Promise<BulkResult[]> {
    const { redis, queue, act } = this;
    const { places } = await placesAndFields(redis, queue, act.state, ids, ['timestamp']);
    return Promise.all(ids.map((id, at) => this.one(id, places[at] as Place)));
  }

  private async one(id: string, { isMember, score }: Place): Promise<BulkResult> {
    const { state, until, action } = this.act;
    const skip = (text: string): BulkResult => ({ id, outcome: 'skipped', text });
    const fail = (text: string): BulkResult => ({ id, outcome: 'failed', text });
    if (!isMember) return this.goneFrom(id);
    const isFinished = state === 'failed' || state === 'completed';
    if (isFinished && score !== null && score > until) return skip(`${state} again since`);
    const key = `${this.base}:${id}`;
    const [bytes, ...hasChildren] = await results(
      CHILDREN.reduce(
        (pipeline, part) => pipeline.exists(`${key}:${part}`),
        this.redis.pipeline().hstrlen(key, 'data'),
      ),
    );
    if (Number(bytes) > MAX_BYTES) return fail(`its data is larger than ${MAX_BYTES / 1_000_000} MB`);
    const read = await this.redis.hmget(key, ...FIELDS);
    const fields = Object.fromEntries(FIELDS.map((name, at) => [name, read[at] ?? null])) as Fields;
    if (fields.timestamp === null) return fail('only its id is left');
    if (!isFinished && Math.max(Number(fields.timestamp), Number(fields.processedOn ?? 0)) > until)
      return skip('added, or worked on, since');
    if (fields.parentKey || fields.parent) return fail('belongs to a flow: its parent waits for it, and would lose it');
    if (hasChildren.some((one) => one === 1)) return fail('belongs to a flow: it has children, which would lose it');
    try {
      const copy =
        action === 'dead-letter'
          ? wrapped(this.queue.id, id, fields)
          : unwrapped(this.queue.id, id, fields, this.act.to);
      if (typeof copy === 'string') return fail(copy);
      const newId = await this.to.add(copy.name, copy.data, { ...copy.options, jobId: copy.id, timestamp: Date.now() });
      if ((await this.redis.exists(`${this.targetBase}:${newId}`)) === 0 && action === 'dead-letter')
        return fail('was added to the other queue and is not there: it stays here');
      return await this.taken(id, newId);
    } catch (error) {
      if (isConnectionTrouble(error) || (isAppError(error) && error.code === 'source-down')) throw error;
      return fail(messageOf(error).replaceAll(id, '…').slice(0, 300));
    }
  }

  /** It has left its state. What a step before a crash has added is taken back, unless the job itself is gone. */
  private async goneFrom(id: string): Promise<BulkResult> {
    const { action, state } = this.act;
    const timestamp = await this.redis.hget(`${this.base}:${id}`, 'timestamp');
    const skipped: BulkResult = { id, outcome: 'skipped', text: `no longer ${state}` };
    if (timestamp === null) return skipped;
    const copyId = copyIdOf(action as Move, this.queue.id, id, timestamp);
    if ((await this.redis.exists(`${this.targetBase}:${copyId}`)) === 0) return skipped;
    await this.to.remove(copyId, await readSkeleton(this.redis, this.targetBase, copyId)).catch(() => undefined);
    return { id, outcome: 'failed', text: `stays here: no longer ${state}` };
  }

  /** Takes the job out of this queue; where a worker was quicker, what was added is taken back. */
  private async taken(id: string, newId: string): Promise<BulkResult> {
    const skeleton = await readSkeleton(this.redis, this.base, id);
    try {
      await this.from.remove(id, skeleton);
    } catch (error) {
      if (isConnectionTrouble(error)) throw error;
      const copy = await readSkeleton(this.redis, this.targetBase, newId);
      if ((await this.redis.exists(`${this.base}:${id}`)) === 0) return { id, outcome: 'done', text: null, newId };
      await this.to.remove(newId, copy).catch(() => undefined);
      return { id, outcome: 'failed', text: `stays here: ${messageOf(error).replaceAll(id, '…').slice(0, 300)}` };
    }
    return { id, outcome: 'done', text: null, newId };
  }
}

type Copy = { id: string; name: string | undefined; data: unknown; options: Partial<NewJobOptions> };

/** The job as it lies among dead letters; else why it cannot. */
function wrapped(from: QueueId, jobId: string, fields: Fields): Copy | string {
  const data = parsed(fields.data ?? 'null');
  if (data === undefined) return 'its data is not JSON';
  if (!isWithinDepth(data, MAX_JSON_DEPTH - 2)) return 'its data is nested too deeply for the queue library';
  const number = (text: string | null) => (text === null || text === '' ? null : Number(text));
  const stacktrace = parsed(fields.stacktrace ?? '[]');
  const letter: DeadLetter = {
    deadLetter: {
      version: 1,
      queue: from.name,
      jobId,
      name: fields.name,
      options: isJsonObject(fields.opts) ? (JSON.parse(fields.opts) as Record<string, unknown>) : {},
      failedReason: fields.failedReason,
      stacktrace: Array.isArray(stacktrace) ? (stacktrace as unknown[]) : [],
      attemptsMade: number(fields.atm ?? fields.attemptsMade),
      addedAt: number(fields.timestamp),
      finishedAt: number(fields.finishedOn),
      movedAt: Date.now(),
    },
    data,
  };
  return {
    id: copyIdOf('dead-letter', from, jobId, fields.timestamp),
    name: fields.name ?? undefined,
    data: letter,
    options: {},
  };
}

/** The job as it was before, for the queue `to`; else why it cannot be made. */
function unwrapped(
  from: QueueId,
  id: string,
  { data: text, timestamp }: Fields,
  to: string | null | undefined,
): Copy | string {
  const found = deadLetterSchema.safeParse(parsed(text ?? ''));
  if (!found.success) return 'was not moved here by Tailback: nothing tells where it came from';
  const { deadLetter, data } = found.data;
  if (deadLetter.queue !== to) return `came from another queue (“${deadLetter.queue.slice(0, 100)}”)`;
  const named = Object.fromEntries(
    Object.entries(deadLetter.options).map(([key, value]) => [SHORT[key as keyof typeof SHORT] ?? key, value]),
  );
  const options = Object.fromEntries(
    RESTORED.filter((name) => named[name] !== undefined && named[name] !== null).map((name) => [name, named[name]]),
  );
  return { id: copyIdOf('bring-back', from, id, timestamp), name: deadLetter.name ?? undefined, data, options };
}

/** The same for the same job, whoever moves it and however often; no other job ever has it, since this one leaves its queue. */
function copyIdOf(action: Move, { namespace, name }: QueueId, jobId: string, timestamp: string | null): string {
  const parts = JSON.stringify([namespace, name, jobId, timestamp]);
  const hash = createHash('sha256').update(parts).digest('base64url').slice(0, 22);
  return `${action === 'dead-letter' ? 'dead' : 'back'}-${hash}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether there is such a queue, and which BullMQ wrote it; `version: null` of Bull's. */
async function versionOf(redis: Redis, id: QueueId): Promise<{ isThere: boolean; version: string | null }> {
  const base = baseOf(id);
  const [version, ...keys] = await results(
    ['meta', 'id', 'wait', 'failed', 'completed'].reduce(
      (pipeline, key) => pipeline.exists(`${base}:${key}`),
      redis.pipeline().hget(`${base}:meta`, 'version'),
    ),
  );
  const known = typeof version === 'string' && isBullMqVersion(version) ? version : null;
  return { isThere: keys.some((one) => one === 1), version: known };
}

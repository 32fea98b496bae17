import { AppError } from '../../domain/errors';
import type { ChildSet, FlowJob, JobFlow } from '../../domain/job-parts';
import type { QueueId } from '../../domain/queue';
import { toQueueKey } from '../../domain/queue-key';
import type { Redis } from '../../redis/connection';
import type { FlowRequest } from '../job-parts';
import type { QueueRef } from '../source';
import { readRows } from './job-rows';
import { jobSetOf, results } from './job-sets';
import { placeOf } from './job-state';
import { baseOf, splitBase } from './keys';
import { readChildKeys } from './child-keys';

/** Ancestors that are read; flows are rarely deeper than a handful. */
const MAX_PARENTS = 20;

const SET_KEYS: Record<ChildSet, string> = {
  unprocessed: 'dependencies',
  processed: 'processed',
  failed: 'unsuccessful',
  ignored: 'failed',
};

type Address = { base: string; id: string };

/**
 * What stands above and below a job in its flow: the chain of parents, and one page of children of one kind.
 * @throws AppError `not-found`; `unsupported` for Bull, which has no flows
 */
export async function readFlow(
  redis: Redis,
  queue: QueueRef,
  jobId: string,
  { set, cursor, limit }: FlowRequest,
): Promise<JobFlow> {
  if (queue.kind !== 'bullmq')
    throw new AppError('unsupported', 'Bull has no flows: its jobs have no parents or children.');
  const { source } = queue.id;
  const key = `${baseOf(queue.id)}:${jobId}`;
  const pipeline = redis
    .pipeline()
    .hexists(key, 'timestamp')
    .scard(`${key}:dependencies`)
    .hlen(`${key}:processed`)
    .zcard(`${key}:unsuccessful`)
    .hlen(`${key}:failed`);
  const [exists, unprocessed, processed, failed, ignored] = (await results(pipeline)) as number[];
  if (exists !== 1) throw new AppError('not-found', `Job ${jobId} does not exist (any more).`);
  const counts = {
    unprocessed: unprocessed ?? 0,
    processed: processed ?? 0,
    failed: failed ?? 0,
    ignored: ignored ?? 0,
  };
  const bases = new Map<string, Promise<Address | null>>();
  const [{ parents, isParentsCut }, page] = await Promise.all([
    readParents(redis, source, key, bases),
    readChildKeys(redis, `${key}:${SET_KEYS[set]}`, set, counts[set], cursor, limit),
  ]);
  const children = await Promise.all(page.keys.map((childKey) => readFlowJob(redis, source, childKey, bases)));
  return { parents, isParentsCut, counts, children, nextCursor: page.nextCursor };
}

async function readParents(
  redis: Redis,
  source: string,
  key: string,
  bases: Map<string, Promise<Address | null>>,
): Promise<{ parents: FlowJob[]; isParentsCut: boolean }> {
  const parents: FlowJob[] = [];
  const seen = new Set([key]);
  let parentKey = await redis.hget(key, 'parentKey');
  while (parentKey && !seen.has(parentKey)) {
    if (parents.length === MAX_PARENTS) return { parents, isParentsCut: true };
    seen.add(parentKey);
    const parent = await readFlowJob(redis, source, parentKey, bases);
    parents.unshift(parent);
    parentKey = parent.state === null ? null : await redis.hget(parentKey, 'parentKey');
  }
  return { parents, isParentsCut: false };
}

async function readFlowJob(
  redis: Redis,
  source: string,
  key: string,
  bases: Map<string, Promise<Address | null>>,
): Promise<FlowJob> {
  const address = await addressOf(redis, key, bases);
  const queueId: QueueId | null = address && { source, ...splitBase(address.base, 'bullmq', new Set()) };
  const gone: FlowJob = {
    id: address?.id ?? key,
    queueKey: queueId && toQueueKey(queueId),
    queueName: queueId?.name ?? '',
    name: null,
    state: null,
    hasChildren: false,
    failedReason: null,
    processedOn: null,
    finishedOn: null,
  };
  if (!address) return gone;
  const place = await placeOf(redis, address.base, 'bullmq', address.id);
  if (place === null || place.isOrphan) return gone;
  const pipeline = redis.pipeline();
  for (const suffix of Object.values(SET_KEYS)) pipeline.exists(`${key}:${suffix}`);
  const [[row], has] = await Promise.all([
    readRows(redis, address.base, place.state, jobSetOf('bullmq', place.state), [{ id: address.id, score: null }]),
    results(pipeline),
  ]);
  if (!row) return gone;
  const { name, failedReason, processedOn, finishedOn } = row;
  return {
    ...gone,
    state: place.state,
    hasChildren: has.some((one) => one === 1),
    name,
    failedReason,
    processedOn,
    finishedOn,
  };
}

/**
 * Queue and id in a job's key. Names of queues hold no colon, but prefixes and the ids that schedulers give do: the
 * queue is where there is a `meta` key.
 */
async function addressOf(
  redis: Redis,
  key: string,
  bases: Map<string, Promise<Address | null>>,
): Promise<Address | null> {
  const parts = key.split(':');
  if (parts.length < 3 || parts.length > 12) return null;
  const candidates = parts.slice(2).map((_, index) => parts.slice(0, index + 2).join(':'));
  const known = candidates.map((base) => {
    const asked = bases.get(base) ?? redis.exists(`${base}:meta`).then((is) => (is === 1 ? { base, id: '' } : null));
    bases.set(base, asked);
    return asked;
  });
  const found = (await Promise.all(known)).find((one) => one !== null);
  // A queue without `meta` is rare; the usual form of a key is prefix, name, id.
  const base = found?.base ?? parts.slice(0, -1).join(':');
  return { base, id: key.slice(base.length + 1) };
}

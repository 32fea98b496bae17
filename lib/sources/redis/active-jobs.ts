import type { Redis } from '../../redis/connection';
import type { ActiveJobs, QueueRef } from '../source';
import { readRows } from './job-rows';
import { jobSetOf } from './job-sets';
import { baseOf } from './keys';
import { readLocks } from './lock-check';
import { readBrokerTime } from './read-counts';

/** A queue's active jobs and their locks, the longest running first, at most `limit`. */
export async function readActiveJobs(redis: Redis, queue: QueueRef, limit: number): Promise<ActiveJobs> {
  const base = baseOf(queue.id);
  const [at, total] = await Promise.all([readBrokerTime(redis), redis.llen(`${base}:active`)]);
  const locks = await readLocks(redis, base, limit);
  const rows = await readRows(
    redis,
    base,
    'active',
    jobSetOf(queue.kind, 'active'),
    locks.map(({ id }) => ({ id, score: null })),
  );
  const jobs = locks.map((lock, index) => {
    const row = rows[index];
    const startedAt = row?.processedOn ?? null;
    return { ...lock, name: row?.name ?? null, runningMs: startedAt === null ? null : Math.max(0, at - startedAt) };
  });
  return { at, jobs, isCut: total > limit };
}

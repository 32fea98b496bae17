import type { Redis } from '../../redis/connection';
import type { ActiveJobs, QueueRef } from '../source';
import { baseOf } from './keys';
import { readHeld } from './lock-check';
import { readBrokerTime } from './read-counts';

/** A queue's active jobs and their locks, the longest running first, at most `limit`. */
export async function readActiveJobs(redis: Redis, queue: QueueRef, limit: number): Promise<ActiveJobs> {
  const base = baseOf(queue.id);
  const [at, total] = await Promise.all([readBrokerTime(redis), redis.llen(`${base}:active`)]);
  return { at, jobs: await readHeld(redis, base, limit), isCut: total > limit };
}

import type { Redis } from '../../redis/connection';
import { isForbidden } from './broker-facts';
import { results } from './job-sets';

/** Active jobs looked at in one queue, oldest first. */
const JOBS_A_QUEUE = 50;

/** An active job and its lock. `lockTtlMs`: how long the lock still holds, `null` when it is gone or never ends. */
export type LockState = { id: string; hasLock: boolean; lockTtlMs: number | null };

/**
 * Locks of a queue's active jobs, the longest running first, at most `limit`. A job that ended meanwhile has no lock
 * either, so those without one are looked for once more.
 */
export async function readLocks(redis: Redis, base: string, limit: number): Promise<LockState[]> {
  // Workers push to the left.
  const ids = (await redis.lrange(`${base}:active`, -limit, -1)).reverse();
  if (ids.length === 0) return [];
  const ttls = redis.pipeline();
  for (const id of ids) ttls.pttl(`${base}:${id}:lock`);
  const locks = ((await results(ttls)) as number[]).map((ttl, index) => ({
    id: ids[index] as string,
    hasLock: ttl !== -2,
    lockTtlMs: ttl >= 0 ? ttl : null,
  }));
  const without = locks.filter(({ hasLock }) => !hasLock);
  if (without.length === 0) return locks;
  const still = new Set(await redis.lrange(`${base}:active`, -limit, -1));
  return locks.filter(({ id, hasLock }) => hasLock || still.has(id));
}

/** How many of a queue's active jobs (the first 50) have lost their lock; `null` where the broker forbids to look. */
export async function countWithoutLock(redis: Redis, base: string): Promise<number | null> {
  try {
    return (await readLocks(redis, base, JOBS_A_QUEUE)).filter(({ hasLock }) => !hasLock).length;
  } catch (error) {
    if (isForbidden(error)) return null;
    throw error;
  }
}

import type { Redis } from '../../redis/connection';
import type { HeldJob } from '../source';
import { results } from './job-sets';
import { cutName } from './job-names';

/**
 * A queue's active jobs and their locks, the longest running first, at most `limit`: one range read, and three reads a
 * job. A job that ended meanwhile has no lock either, so those without one are looked for once more. @throws when the
 * broker forbids one of the reads
 */
export async function readHeld(redis: Redis, base: string, limit: number): Promise<HeldJob[]> {
  // Workers push to the left.
  const ids = (await redis.lrange(`${base}:active`, -limit, -1)).reverse();
  if (ids.length === 0) return [];
  const reads = redis.pipeline();
  for (const id of ids)
    reads.pttl(`${base}:${id}:lock`).get(`${base}:${id}:lock`).hmget(`${base}:${id}`, 'name', 'processedOn', 'pb');
  const replies = await results(reads);
  const jobs = ids.map((id, index): HeldJob => {
    const [ttl, lock, fields] = replies.slice(index * 3) as [number, string | null, (string | null)[]];
    return { ...describe(id, fields), hasLock: ttl !== -2, lockTtlMs: ttl >= 0 ? ttl : null, token: tokenOf(lock) };
  });
  if (jobs.every(({ hasLock }) => hasLock)) return jobs;
  const still = new Set(await redis.lrange(`${base}:active`, -limit, -1));
  return jobs.filter(({ id, hasLock }) => hasLock || still.has(id));
}

/** What a job's hash says of who took it, for jobs whose lock is gone. */
export async function readTaken(redis: Redis, base: string, ids: readonly string[]): Promise<HeldJob[]> {
  const reads = redis.pipeline();
  for (const id of ids) reads.hmget(`${base}:${id}`, 'name', 'processedOn', 'pb');
  const replies = (await results(reads)) as (string | null)[][];
  return ids.map((id, index) => ({ ...describe(id, replies[index]), hasLock: false, lockTtlMs: null, token: null }));
}

/** The longest of the locks that are seen: a little less than what locks are given for. */
export function lockMsOf(jobs: readonly Pick<HeldJob, 'lockTtlMs'>[]): number | null {
  const known = jobs.flatMap(({ lockTtlMs }) => lockTtlMs ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

function describe(id: string, fields: (string | null)[] | undefined) {
  const [name, processedOn, processedBy] = fields ?? [];
  const takenAt = Number(processedOn ?? NaN);
  return {
    id,
    name: name ? cutName(name) : null,
    takenAt: takenAt > 0 ? takenAt : null,
    processedBy: processedBy ? cutName(processedBy) : null,
  };
}

/** Bull's workers put their own token into each lock, BullMQ's add a number to it. */
function tokenOf(lock: string | null): string | null {
  return lock === null ? null : lock.replace(/:\d+$/, '');
}

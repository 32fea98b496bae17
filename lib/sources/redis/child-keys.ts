import { AppError, messageOf } from '../../domain/errors';
import type { ChildSet } from '../../domain/job-parts';
import type { Redis } from '../../redis/connection';

/** Up to so many children, all their keys are read at once and paged in order; beyond, a scan hands them out. */
const READ_WHOLE = 5_000;

type Page = { keys: string[]; nextCursor: string | null };

/**
 * One page of the keys of a job's children. Children that have returned are the fields of a hash whose values are what
 * they returned, of any size: those are never read.
 */
export async function readChildKeys(
  redis: Redis,
  key: string,
  set: ChildSet,
  count: number,
  cursor: string | null,
  limit: number,
): Promise<Page> {
  if (count === 0) return { keys: [], nextCursor: null };
  if (set === 'failed') {
    const skip = offsetOf(cursor);
    const keys = await redis.zrange(key, skip, skip + limit - 1);
    return { keys, nextCursor: skip + limit < count ? String(skip + limit) : null };
  }
  if (count <= READ_WHOLE) {
    const all = set === 'unprocessed' ? await redis.smembers(key) : await redis.hkeys(key);
    const skip = offsetOf(cursor);
    const keys = all.sort(byNumbers).slice(skip, skip + limit);
    return { keys, nextCursor: skip + limit < all.length ? String(skip + limit) : null };
  }
  const [next, keys] =
    set === 'unprocessed'
      ? await redis.sscan(key, offsetOf(cursor), 'COUNT', limit)
      : await scanFields(redis, key, offsetOf(cursor), limit);
  return { keys, nextCursor: next === '0' ? null : next };
}

async function scanFields(
  redis: Redis,
  key: string,
  cursor: number | string,
  limit: number,
): Promise<[string, string[]]> {
  try {
    return (await redis.call('HSCAN', key, cursor, 'COUNT', limit, 'NOVALUES')) as [string, string[]];
  } catch (error) {
    // Before Redis 7.4 the values come along.
    if (!/syntax|wrong number/i.test(messageOf(error))) throw error;
    const [next, flat] = await redis.hscan(key, cursor, 'COUNT', limit);
    return [next, flat.filter((_, index) => index % 2 === 0)];
  }
}

const byNumbers = new Intl.Collator('en', { numeric: true }).compare;

function offsetOf(cursor: string | null): number {
  if (cursor === null) return 0;
  const value = Number(cursor);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new AppError('bad-request', 'The cursor is not one that this list gave out.', {
    invalidParams: [{ path: 'cursor', message: 'expected a nextCursor of the same list' }],
  });
}

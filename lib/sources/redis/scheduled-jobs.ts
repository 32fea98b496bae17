import type { Redis } from '../../redis/connection';
import type { QueueRef } from '../source';
import { baseOf } from './keys';
import { bullJobKey, bullMqOldJobKey, parseRepeatKey, scheduledJobId } from './repeat-key';

/** Schedulers whose next jobs are looked for; a queue with more is not cleared of what they may be. */
const MAX_SCHEDULERS = 5_000;

/**
 * Ids of the jobs from which a queue's schedulers go on: the library makes the one after when such a job starts, so
 * that a scheduler whose next job is taken away never runs again.
 */
export async function scheduledJobIds(redis: Redis, { id, kind }: QueueRef): Promise<Set<string>> {
  const flat = await redis.zrange(`${baseOf(id)}:repeat`, 0, MAX_SCHEDULERS - 1, 'WITHSCORES');
  const ids = new Set<string>();
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const [key, due] = [flat[i] as string, Number(flat[i + 1])];
    const parsed = parseRepeatKey(key, kind === 'bull' ? 'bull' : 'bullmq');
    if (kind === 'bull') ids.add(scheduledJobId(bullJobKey(key, parsed ?? { name: key, jobId: null }), due));
    else {
      ids.add(scheduledJobId(key, due));
      if (parsed !== null) ids.add(scheduledJobId(bullMqOldJobKey(key, parsed), due));
    }
  }
  return ids;
}

import type { Redis } from '../../redis/connection';
import type { QueueRef } from '../source';
import { isConnectionTrouble } from './driver-errors';
import { baseOf } from './keys';
import { readSkeleton } from './job-actions';
import type { LibraryQueue, QueueWriter } from './libraries';

/** A queue to take jobs out of: to read it, and to change it by its library. */
export type Clearer = { redis: Redis; ref: QueueRef; library: LibraryQueue; writer: QueueWriter };

/** Scripts on their way at the same time. */
const AT_ONCE = 20;

/** Removes jobs by the library's script for one job. @returns how many went; what the library refuses stays */
export async function removeSkeletons({ redis, ref, writer }: Clearer, ids: readonly string[]): Promise<number> {
  const base = baseOf(ref.id);
  let removed = 0;
  for (let start = 0; start < ids.length; start += AT_ONCE)
    await Promise.all(
      ids.slice(start, start + AT_ONCE).map(async (id) => {
        try {
          await writer.remove(id, await readSkeleton(redis, base, id));
          removed += 1;
        } catch (error) {
          if (isConnectionTrouble(error)) throw error;
        }
      }),
    );
  return removed;
}

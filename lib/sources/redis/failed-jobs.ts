import type { QueueKind } from '../../domain/queue';
import { fingerprintOf } from '../../failures/fingerprint';
import type { Redis } from '../../redis/connection';
import type { FailedJobs } from '../source';
import { readTextsOf } from './failure-texts';
import { cutName } from './job-names';
import { jobSetOf, readIds } from './job-sets';

/** Failed jobs of a queue by kind, oldest first; ids whose hash is gone are left out. */
export async function readFailedJobs(
  redis: Redis,
  base: string,
  kind: QueueKind,
  cursor: string | null,
  limit: number,
): Promise<FailedJobs> {
  const { entries, nextCursor, total } = await readIds(redis, base, jobSetOf(kind, 'failed'), 'oldest', cursor, limit);
  const texts = await readTextsOf(
    redis,
    base,
    entries.map(({ id }) => id),
  );
  const jobs = entries.flatMap(({ id, score }, index) => {
    const { exists = false, reason = null, stack = null, name, worker = null } = texts[index] ?? {};
    if (!exists) return [];
    return [
      {
        jobId: id,
        at: Math.floor(score ?? 0),
        name: name == null ? null : cutName(name),
        worker,
        group: fingerprintOf({ reason, stack }),
      },
    ];
  });
  return { jobs, nextCursor, of: total };
}

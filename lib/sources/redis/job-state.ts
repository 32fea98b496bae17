import type { Redis } from 'ioredis';
import type { JobState, QueueKind } from '../../domain/queue';
import { results } from './job-sets';

/** Entries of the active list that are looked through; it is as long as workers run at once. */
const MAX_ACTIVE_SCAN = 5_000;

/**
 * State of one job without searching long lists: `null` when the job does not exist. A job that is in no set and not
 * active is waiting, since nothing else is left; looking for it in a list of a million would block Redis.
 */
export async function stateOf(redis: Redis, base: string, kind: QueueKind, jobId: string): Promise<JobState | null> {
  const pipeline = redis
    .pipeline()
    .exists(`${base}:${jobId}`)
    .zscore(`${base}:completed`, jobId)
    .zscore(`${base}:failed`, jobId)
    .zscore(`${base}:delayed`, jobId)
    .lpos(`${base}:active`, jobId, 'MAXLEN', MAX_ACTIVE_SCAN)
    .exists(`${base}:meta-paused`)
    .llen(`${base}:paused`);
  if (kind === 'bullmq') pipeline.zscore(`${base}:prioritized`, jobId).zscore(`${base}:waiting-children`, jobId);
  const [exists, completed, failed, delayed, active, isBullPaused, paused, prioritized, waitingChildren] =
    await results(pipeline);
  if (exists === 0) return null;
  if (completed !== null) return 'completed';
  if (failed !== null) return 'failed';
  if (delayed !== null) return 'delayed';
  if (active !== null) return 'active';
  if (prioritized !== null && prioritized !== undefined) return 'prioritized';
  if (waitingChildren !== null && waitingChildren !== undefined) return 'waiting-children';
  return isBullPaused === 1 || Number(paused) > 0 ? 'paused' : 'waiting';
}

import type { Redis } from '../../redis/connection';
import type { JobState, QueueKind } from '../../domain/queue';

/** Entries of the active list that are looked through; it is as long as workers run at once. */
const MAX_ACTIVE_SCAN = 5_000;

/** `isOrphan`: the id is in the state's set, but its hash is gone. */
export type JobPlace = { state: JobState; isOrphan: boolean };

/**
 * Where one job is, without searching long lists: `null` when the job does not exist. A job that is in no set and not
 * active is waiting, since nothing else is left; looking for it in a list of a million would block Redis.
 */
export async function placeOf(redis: Redis, base: string, kind: QueueKind, jobId: string): Promise<JobPlace | null> {
  const pipeline = redis
    .pipeline()
    // Every job has this field; the queue's own keys (`…:meta`, `…:wait`) do not, whatever id is asked for.
    .hexists(`${base}:${jobId}`, 'timestamp')
    .zscore(`${base}:completed`, jobId)
    .zscore(`${base}:failed`, jobId)
    .zscore(`${base}:delayed`, jobId)
    .lpos(`${base}:active`, jobId, 'MAXLEN', MAX_ACTIVE_SCAN)
    .exists(`${base}:meta-paused`)
    .llen(`${base}:paused`);
  if (kind === 'bullmq') pipeline.zscore(`${base}:prioritized`, jobId).zscore(`${base}:waiting-children`, jobId);
  const replies = ((await pipeline.exec()) ?? []).map(([error, value]) => {
    if (error && !/WRONGTYPE/.test(error.message)) throw error;
    return error ? null : value;
  });
  const [hasHash, completed, failed, delayed, active, isBullPaused, paused, prioritized, waitingChildren] = replies;
  const isOrphan = hasHash !== 1;
  if (completed != null) return { state: 'completed', isOrphan };
  if (failed != null) return { state: 'failed', isOrphan };
  if (delayed != null) return { state: 'delayed', isOrphan };
  if (active != null) return { state: 'active', isOrphan };
  if (prioritized != null) return { state: 'prioritized', isOrphan };
  if (waitingChildren != null) return { state: 'waiting-children', isOrphan };
  if (isOrphan) return null;
  return { state: isBullPaused === 1 || Number(paused) > 0 ? 'paused' : 'waiting', isOrphan };
}

/** State of a job, `null` when neither its hash nor its id is there. */
export async function stateOf(redis: Redis, base: string, kind: QueueKind, jobId: string): Promise<JobState | null> {
  return (await placeOf(redis, base, kind, jobId))?.state ?? null;
}

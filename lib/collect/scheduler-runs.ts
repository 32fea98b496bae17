import { decodeRuns, encodeRuns, mergeRuns, type SeenRun } from '../schedules/run-record';
import type { JobEvent } from '../sources/source';
import { keys } from '../store/keys';
import { batches, type Command, type Lease } from '../store/lease';
import type { Redis } from '../redis/connection';

/** Schedulers of one queue of which runs are kept. */
const MAX_SCHEDULERS = 2_000;
const KEPT_MS = 400 * 86_400_000;
/** News that could not be written, in runs of one scheduler and in schedulers of one source. */
const MAX_UNWRITTEN_RUNS = 60;
const MAX_UNWRITTEN = 5_000;

/**
 * Notes when jobs of schedulers began and ended, so that it can be told which of their times were kept although the
 * jobs themselves are not. What is stored is read and added to: a collector that takes over needs to know nothing.
 */
export class SchedulerRuns {
  /** Queue key → job key → runs. */
  private readonly unwritten = new Map<string, Map<string, SeenRun[]>>();

  take(queueKey: string, events: readonly JobEvent[]): void {
    for (const { type, at, scheduled } of events) {
      if (scheduled === undefined) continue;
      const outcome = type === 'started' ? 'running' : type === 'completed' || type === 'failed' ? type : null;
      if (outcome === null) continue;
      let ofQueue = this.unwritten.get(queueKey);
      if (!ofQueue) this.unwritten.set(queueKey, (ofQueue = new Map<string, SeenRun[]>()));
      if (ofQueue.size >= MAX_UNWRITTEN && !ofQueue.has(scheduled.jobKey)) continue;
      const runs = ofQueue.get(scheduled.jobKey) ?? [];
      ofQueue.set(scheduled.jobKey, mergeRuns(runs, [{ due: scheduled.due, outcome, at }]).slice(-MAX_UNWRITTEN_RUNS));
    }
  }

  /** Writes what is new. @throws when the store does not take it; it is kept then */
  async write(store: Redis, lease: Pick<Lease, 'write'>, now: number): Promise<void> {
    for (const [queueKey, news] of [...this.unwritten]) {
      const key = keys.schedulerRuns(queueKey);
      const jobKeys = [...news.keys()];
      const written = new Map(news);
      const [stored, count] = await Promise.all([store.hmget(key, ...jobKeys), store.hlen(key)]);
      let room = MAX_SCHEDULERS - count;
      const groups: Command[][] = [];
      for (const [index, jobKey] of jobKeys.entries()) {
        const before = stored[index] ?? null;
        if (before === null && (room -= 1) < 0) continue;
        groups.push([['HSET', key, jobKey, encodeRuns(mergeRuns(decodeRuns(before), written.get(jobKey) ?? []))]]);
      }
      groups.push([['PEXPIREAT', key, now + KEPT_MS]]);
      for (const batch of batches(groups)) await lease.write(batch);
      for (const [jobKey, runs] of written) if (news.get(jobKey) === runs) news.delete(jobKey);
      if (news.size === 0) this.unwritten.delete(queueKey);
    }
  }
}

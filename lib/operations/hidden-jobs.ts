import type { Redis } from '../redis/connection';
import { MAX_HIDDEN } from '../domain/operation';
import { toQueueKey } from '../domain/queue-key';
import type { BulkJobs } from '../sources/bulk-jobs';
import type { QueueRef } from '../sources/source';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';

/** Longer than anything may stay hidden: what a lost operation leaves behind comes to light by itself. ms. */
const KEPT_MS = 86_400_000;
const STATES = ['completed', 'failed'] as const;

/** Finished jobs that wait out of sight for their removal: ids in the store, bounded a queue. */
export class HiddenJobs {
  constructor(private readonly store: Redis) {}

  /**
   * For each id whether it is hidden. `finishedOn` (ms, `null`: unknown) tells a job that has run again since from the
   * one that was hidden.
   */
  async which(
    queueKey: string,
    state: string,
    jobs: readonly { id: string; finishedOn: number | null }[],
  ): Promise<boolean[]> {
    if (jobs.length === 0 || !isHidable(state)) return jobs.map(() => false);
    const values = await this.store.hmget(keys.hiddenJobs(queueKey, state), ...jobs.map(({ id }) => id));
    return jobs.map(({ finishedOn }, at) => {
      const value = values[at];
      return value != null && (finishedOn === null || finishedOn <= Number(value.split('|', 1)[0]));
    });
  }

  /** The operation that will remove a job, `null` when the job is not hidden. */
  async removalOf(
    queueKey: string,
    state: string,
    job: { id: string; finishedOn: number | null },
  ): Promise<string | null> {
    const [isHidden] = await this.which(queueKey, state, [job]);
    if (isHidden !== true) return null;
    const value = await this.store.hget(keys.hiddenJobs(queueKey, state), job.id);
    return value?.split('|')[1] ?? null;
  }

  /** Those of `ids` that are hidden, whatever state they are in. */
  async among(bulk: Pick<BulkJobs, 'rows'>, queue: QueueRef, ids: readonly string[]): Promise<string[]> {
    const queueKey = toQueueKey(queue.id);
    const found: string[] = [];
    for (const state of STATES) {
      const named = await this.which(
        queueKey,
        state,
        ids.map((id) => ({ id, finishedOn: null })),
      );
      const rows = await bulk.rows(
        queue,
        state,
        ids.filter((_, at) => named[at]),
      );
      const which = await this.which(queueKey, state, rows);
      found.push(...rows.filter((_, at) => which[at]).map(({ id }) => id));
    }
    return found;
  }

  async count(queueKey: string, state: string): Promise<number> {
    return isHidable(state) ? this.store.hlen(keys.hiddenJobs(queueKey, state)) : 0;
  }

  /** How many more jobs of the queue may be hidden. */
  async room(queueKey: string): Promise<number> {
    const counts = await Promise.all(STATES.map((state) => this.count(queueKey, state)));
    return Math.max(0, MAX_HIDDEN - counts.reduce((sum, count) => sum + count, 0));
  }

  hideCommands(
    queueKey: string,
    state: string,
    ids: readonly string[],
    { until, operation }: { until: number; operation: string },
  ): Command[] {
    const key = keys.hiddenJobs(queueKey, state);
    return [
      ['HSET', key, ...ids.flatMap((id) => [id, `${until}|${operation}`])],
      ['PEXPIRE', key, KEPT_MS],
    ];
  }

  showCommands(queueKey: string, state: string, ids: readonly string[]): Command[] {
    return ids.length === 0 ? [] : [['HDEL', keys.hiddenJobs(queueKey, state), ...ids]];
  }
}

function isHidable(state: string): boolean {
  return (STATES as readonly string[]).includes(state);
}

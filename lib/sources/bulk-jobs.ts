import type { BulkAction, Move } from '../domain/action';
import type { JobRow } from '../domain/job';
import type { JobState } from '../domain/queue';
import type { QueueRef } from './source';

/** What became of one job of many. `skipped`: nothing to do any more; `failed`: it should have been done, and was not. */
export type BulkResult = { id: string; outcome: 'done' | 'skipped' | 'failed'; text: string | null; newId?: string };

/** How a job that was set going has ended. `unknown`: it is gone, and nothing says how it ended. */
export type JobEnd = 'succeeded' | 'failed' | 'pending' | 'unknown';

/**
 * Which jobs are meant: those of `state` that were there at `until` (ms, broker's clock). For finished jobs that is
 * exact by their score; jobs that ran again since do not count even where they are back in the state.
 */
export type FrozenSet = { state: JobState; until: number };

export type BulkAct = FrozenSet & {
  action: BulkAction;
  ids: readonly string[];
  /** Name of the other queue of a move; same source and namespace. */
  to?: string | null | undefined;
  /** Id of the copy that `duplicate` makes of a job: the same for the same job, so that a second try makes no second copy. */
  copyId?: (jobId: string) => string;
};

/**
 * A job with all that it carries, texts as they are stored. `leftOut`: fields over 1 MB. `notUtf8`: fields with bytes that
 * are no text; U+FFFD stands for them. Times in ms since the epoch.
 */
export type WholeJob = {
  id: string;
  name: string | null;
  timestamp: number | null;
  processedOn: number | null;
  finishedOn: number | null;
  attemptsMade: number | null;
  priority: number | null;
  delay: number | null;
  failedReason: string | null;
  stacktrace: string | null;
  data: string | null;
  result: string | null;
  options: string | null;
  leftOut: string[];
  notUtf8: string[];
};

/** The side of a source that changes many jobs: bounded steps, each on its own gentle enough for the broker. */
export interface BulkJobs {
  /** ms, broker's clock. */
  now(): Promise<number>;
  /** Jobs of the set; O(log n). For states without a finishing time: all that are in the state now. */
  count(queue: QueueRef, set: FrozenSet): Promise<number>;
  /** Rows of those `ids` that are in the state. */
  rows(queue: QueueRef, state: JobState, ids: readonly string[]): Promise<JobRow[]>;
  /** Jobs with all that they carry, in parts of about 1 MB; those that are gone are left out. */
  whole(queue: QueueRef, ids: readonly string[]): AsyncIterable<WholeJob>;
  /** Why the library cannot do this to jobs of the state, `null` when it can. */
  refusal(queue: QueueRef, action: BulkAction, state: JobState): string | null;
  /** Why jobs cannot be moved to the queue `to` (or back to it), `null` when they can. @throws AppError `source-down` */
  whyNotMove(queue: QueueRef, action: Move, to: string): Promise<string | null>;
  /** Whether the library has a script that does this to many jobs of a state at once. */
  hasBatch(queue: QueueRef, action: BulkAction, state: JobState): boolean;
  /**
   * One run of the library's own script over at most `count` jobs, the oldest first.
   * @returns how many were done, and how long the broker was busy with it at most, in ms
   */
  batch(
    queue: QueueRef,
    action: BulkAction,
    set: FrozenSet,
    count: number,
  ): Promise<{ done: number; isMore: boolean; ms: number }>;
  /** One script of the library a job, pipelined. Never throws for one job. @throws AppError `source-down` */
  act(queue: QueueRef, act: BulkAct): Promise<BulkResult[]>;
  /** How each of these jobs has ended since they were set going. */
  ends(queue: QueueRef, ids: readonly string[]): Promise<JobEnd[]>;
  close(): Promise<void>;
}

import type { JobRow } from '../domain/job';
import type { JobState, QueueId } from '../domain/queue';
import type { JobQuery } from '../domain/search';
import type { SampledJob } from '../search/suggest';
import type { QueueRef } from './source';

/**
 * Part of a search through one state. `until` (ms, broker's clock) leaves out jobs that finished later: what a person
 * saw stays what is meant. `budgetMs`: the call returns after about that long, with what it has. `signal`: no further
 * chunk is asked for.
 */
export type ScanRequest = {
  state: JobState;
  query: JobQuery;
  order: 'newest' | 'oldest';
  cursor: string | null;
  until: number | null;
  budgetMs: number;
  maxHits: number;
  signal?: AbortSignal;
};

/**
 * `scanned` jobs of this call; `of`: jobs in the state now, within the times that the query asks for. `unsearched`: jobs
 * that may match, but a field that decides is over 1 MB and was not read. `nextCursor: null`: all were looked at. A page may
 * be empty and yet have a `nextCursor`.
 */
export type ScanPage<Hit> = {
  hits: Hit[];
  scanned: number;
  of: number;
  unsearched: number;
  nextCursor: string | null;
};

/** A queue that has a job of the id asked for. */
export type JobPlace = { queue: QueueId; state: JobState; name: string | null };

/**
 * Looking through all jobs of a state, in chunks that block the broker for at most 5 ms each. Jobs that come or go
 * meanwhile neither hide nor repeat others; in lists whose jobs are taken fast some may be looked at twice.
 * @throws AppError `bad-request` for a cursor that is not one, `unsupported` for a state that the kind does not have
 */
export interface JobScan {
  rows(queue: QueueRef, request: ScanRequest): Promise<ScanPage<JobRow>>;
  /** Ids and scores only, for actions on all that match. `score` is `null` for states that are lists. */
  ids(queue: QueueRef, request: ScanRequest): Promise<ScanPage<{ id: string; score: number | null }>>;
  /** Fields of at most `count` jobs of a state; those over 8 KB are left out. */
  sample(queue: QueueRef, state: JobState, count: number): Promise<SampledJob[]>;
  /** Those of `queues`, all of this source, that have a job of this id; at most 25. */
  find(queues: readonly QueueRef[], jobId: string): Promise<JobPlace[]>;
}

import type { JobState } from '../domain/queue';
import type {
  RunOutcome,
  Schedule,
  SchedulerBody,
  SchedulerEdit,
  SchedulerForm,
  SchedulerTemplate,
} from '../domain/scheduler';
import type { QueueRef } from './source';

/** A scheduler as its library keeps it. Times in ms since the epoch. */
export type StoredScheduler = {
  id: string;
  form: SchedulerForm;
  name: string;
  schedule: Schedule;
  /** Jobs made so far, `null` where the library does not count. */
  made: number | null;
  nextAt: number | null;
  /** Names its jobs: they are called `repeat:<jobKey>:<ms>`. */
  jobKey: string;
  nextJobId: string | null;
  /** `null`: the next job does not exist (any more). */
  nextJobState: JobState | null;
  /** Why its library will not take a change, `null` when it will. */
  whyNotEdit: string | null;
};

/** A job of a scheduler that is kept: when it was due, how it ended (ms, its worker's clock). */
export type KeptRun = {
  at: number;
  outcome: Extract<RunOutcome, 'completed' | 'failed' | 'running'>;
  endedAt: number | null;
};

/** What makes jobs by the clock, in all forms that the libraries keep it in. */
export interface Schedulers {
  /** How many there are in each of `queues`; one read a queue that does not grow with it. */
  counts(queues: readonly QueueRef[]): Promise<number[]>;
  /** Those at positions `offset` to `offset + limit` (1–100) by their next time. */
  list(queue: QueueRef, offset: number, limit: number): Promise<StoredScheduler[]>;
  /** @throws AppError `not-found` */
  get(queue: QueueRef, id: string): Promise<StoredScheduler & { template: SchedulerTemplate | null }>;
  /** What is kept of the jobs due at `dues` (at most 60); `null` where there is no such job. */
  keptRuns(queue: QueueRef, jobKey: string, dues: readonly number[]): Promise<(KeptRun | null)[]>;
  /** @returns its id. @throws AppError `conflict` when there is one of that id, `bad-request` for what the library refuses */
  add(queue: QueueRef, body: SchedulerBody): Promise<string>;
  /** Replaces it. @returns its id afterwards: Bull's changes with the schedule. @throws AppError `not-found`, `unsupported` */
  edit(queue: QueueRef, body: SchedulerEdit): Promise<string>;
  /** Takes it away with its next job. @throws AppError `not-found` */
  remove(queue: QueueRef, id: string): Promise<void>;
  /** Adds one job of its template now, as any other job: the schedule does not notice. @throws AppError `not-found`, `unsupported` */
  runNow(queue: QueueRef, id: string): Promise<string>;
}

import type { ChildSet, JobEvents, JobFlow, JobLogs } from '../domain/job-parts';
import type { QueueRef } from './source';

/** `from`: index of the first line wanted, `null` for the end at which the order begins. */
export type LogRequest = { order: 'newest' | 'oldest'; from: number | null; limit: number; text: string | null };

export type FlowRequest = { set: ChildSet; cursor: string | null; limit: number };

/** Parts of a job that may be large and are asked for on their own. Each answer is bounded. */
export interface JobParts {
  /** Answers an empty log for a job without one, also when the job is gone. */
  logs(queue: QueueRef, jobId: string, request: LogRequest): Promise<JobLogs>;
  /** @throws AppError `not-found`; `unsupported` for queues without flows */
  flow(queue: QueueRef, jobId: string, request: FlowRequest): Promise<JobFlow>;
  /** @throws AppError `not-found`; `unsupported` for queues without a stream of events */
  events(queue: QueueRef, jobId: string): Promise<JobEvents>;
}

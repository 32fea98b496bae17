import type { JobState, QueueKind } from '../domain/queue';

/** Options of a test's job in the words that all three libraries share. Times in ms. */
export type DriverJobOptions = {
  jobId?: string;
  delay?: number;
  /** When the job was made, by its producer's clock; ms since the epoch. */
  timestamp?: number;
  priority?: number;
  attempts?: number;
  backoff?: number | { type: 'fixed' | 'exponential'; delay: number };
  lifo?: boolean;
  removeOnComplete?: boolean | number;
  removeOnFail?: boolean | number;
};

export type DriverJob = { id: string; name: string; data: unknown; attemptsMade: number };
/** Thrown by a BullMQ processor: the worker is rate limited and the job goes back, which is no failure. */
export class GiveBack extends Error {}

export type DriverWorker = { close(): Promise<void> };
export type WorkOptions = {
  concurrency?: number;
  /** At most `max` jobs in `duration` ms. */
  limiter?: { max: number; duration: number };
  stalledInterval?: number;
  maxStalledCount?: number;
};

/** When a test's scheduler makes jobs, in the words that all three libraries share; times in ms. */
export type DriverSchedule = { every?: number; pattern?: string; tz?: string; limit?: number; endDate?: number };

/** A job and those it waits for; `queue` has the same prefix. */
export type DriverFlow = { name: string; queue: string; children?: DriverFlow[] };
export type DriverFlowIds = { id: string; children: DriverFlowIds[] };

/** One real queue of a real library, as a test's producer and workers use it. */
export interface DriverQueue {
  readonly prefix: string;
  readonly name: string;
  add(name: string, data: unknown, options?: DriverJobOptions): Promise<string>;
  addMany(jobs: readonly { name: string; data: unknown; options?: DriverJobOptions }[]): Promise<string[]>;
  /** A job that waits for a child in `childQueue` (same prefix); BullMQ only. */
  addParent(name: string, childQueue: string): Promise<string>;
  /** Jobs that wait for others, to any depth; BullMQ only. */
  addFlow(tree: DriverFlow): Promise<DriverFlowIds>;
  /** A job that is not added while another of this deduplication id waits. */
  addOnce(name: string, deduplicationId: string): Promise<string>;
  work(process: (job: DriverJob) => Promise<unknown>, options?: WorkOptions): Promise<DriverWorker>;
  /** A repeatable job of Bull (`id` is a part of its key), a job scheduler of BullMQ. */
  schedule(id: string, schedule: DriverSchedule, name: string, data: unknown): Promise<void>;
  /** A repeatable job as BullMQ 5 still takes it. */
  repeatAsBefore(schedule: DriverSchedule, name: string, data: unknown): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  retry(jobId: string): Promise<void>;
  remove(jobId: string): Promise<void>;
  obliterate(): Promise<void>;
  close(): Promise<void>;
}

export type QueueDriver = {
  label: string;
  kind: QueueKind & ('bull' | 'bullmq');
  /** npm name of the library. */
  package: 'bull' | 'bullmq5' | 'bullmq';
  states: readonly JobState[];
  /** State of a waiting job while the queue is paused. */
  pausedState: 'paused' | 'waiting';
  open(url: string, prefix: string, name: string): DriverQueue;
};

import type { BulkJobs } from '../sources/bulk-jobs';
import type { QueueControls } from '../sources/controls';
import type { JobScan } from '../sources/job-scan';
import type { MessageDesk } from '../sources/messages';
import type { HiddenJobs } from './hidden-jobs';
import type { OperationStore } from './operation-store';

/** What an operation works with: one queue's source, and the store. */
export type Workplace = {
  store: OperationStore;
  hidden: HiddenJobs;
  bulk: BulkJobs;
  scan: JobScan;
  controls: Pick<QueueControls, 'previewClearing' | 'clear'>;
  /** Where queues hold messages. */
  messages?: MessageDesk | undefined;
  now?: () => number;
};

/** One bounded step: how many jobs it took on, and how long to wait before the next beyond what the pace asks, ms. */
export type Step = { jobs: number; waitMs: number };
export const NO_JOBS: Step = { jobs: 0, waitMs: 0 };

/** A kind of work that is done in bounded steps, each of which may be done again by whoever goes on after a crash. */
export interface Work {
  step(): Promise<Step>;
  /** Another process died in the middle of a step: counts what it has done. */
  takeOver(): Promise<void>;
  /** The source did not answer: whether the last step reached it is not known. */
  interrupted?(): void;
  /** Nobody works on it here any more: what is held is let go of. */
  close?(): Promise<void>;
}

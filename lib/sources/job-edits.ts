import type { JobEdit, JobEditResult } from '../domain/edit';
import type { QueueRef } from './source';

/** Changing one job that exists, through the scripts of the library that wrote it. */
export interface JobEdits {
  /**
   * @throws AppError `not-found`; `conflict` when the data is not the one that `ifHash` stands for; `unsupported` when
   * the state or the library forbids it; `already-done` when a retry came too late, the data being written already
   */
  apply(queue: QueueRef, jobId: string, edit: JobEdit): Promise<JobEditResult>;
}

import type { Clearing, ClearingPreview, ClearingStep, LimitsBody, QueueLimits } from '../domain/control';
import type { QueueRef } from './source';

/** `until` (ms): jobs that ended or were made later stay, so that a clearing ends while jobs go on coming. */
export type ClearingTask = Clearing & { until: number };

/** What can be done to a queue as a whole, through the library's own scripts. */
export interface QueueControls {
  limits(queue: QueueRef): Promise<QueueLimits>;
  /** @throws AppError `unsupported` for Bull, which has no such limits */
  setLimits(queue: QueueRef, limits: LimitsBody): Promise<void>;
  /** Ends the interval in which no job starts. @throws AppError `unsupported` for Bull */
  releaseRateLimit(queue: QueueRef): Promise<void>;
  previewClearing(queue: QueueRef, task: ClearingTask): Promise<ClearingPreview>;
  /**
   * Does one part, for about `budgetMs`, in scripts that each take some milliseconds of the broker. `cursor: null`
   * begins; go on with the step's until it is `null`.
   * @throws AppError `unsupported` when the state of the queue forbids it, `bad-request` for a cursor that is none
   */
  clear(queue: QueueRef, task: ClearingTask, cursor: string | null, budgetMs: number): Promise<ClearingStep>;
}

import { z } from 'zod';
import { jsonValueSchema } from './json-value';
import type { JobState, QueueKind } from './queue';

/** The largest priority that BullMQ takes; 1 is the most urgent, 0 none at all. */
export const MAX_PRIORITY = 2_097_152;

/** What can be changed about a job that exists. */
export const JOB_EDITS = ['data', 'priority', 'delay'] as const;
export type JobEditKind = (typeof JOB_EDITS)[number];

export const jobEditSchema = z.discriminatedUnion('edit', [
  z.strictObject({
    edit: z.literal('data'),
    data: jsonValueSchema,
    /** `dataHash` of the job as it was read; a job whose data is another by now is left alone (409). */
    ifHash: z.string().max(100).optional(),
    /** Retry the job after its data is written, in this order. */
    thenRetry: z.boolean().default(false),
  }),
  z.strictObject({
    edit: z.literal('priority'),
    priority: z.int().min(0).max(MAX_PRIORITY),
    /** Before the others of the same priority instead of behind them. */
    lifo: z.boolean().default(false),
  }),
  z.strictObject({
    edit: z.literal('delay'),
    /** ms from now. */
    delay: z
      .int()
      .min(0)
      .max(10 * 365 * 86_400_000),
  }),
]);
export type JobEdit = z.infer<typeof jobEditSchema>;

export const jobEditResultSchema = z.object({
  id: z.string(),
  /** State after the change. */
  state: z.string(),
  isRetried: z.boolean(),
  /** Hash of the data as written, for the next change. */
  dataHash: z.string().nullable(),
  /** What was changed, before and after, where it is short. */
  change: z.string(),
});
export type JobEditResult = z.infer<typeof jobEditResultSchema>;

/** States in which a job's priority decides when it runs. */
const PRIORITY_STATES: readonly JobState[] = ['waiting', 'prioritized', 'paused', 'delayed', 'waiting-children'];

/** Why a job cannot be changed like this, `null` when it can. */
export function whyNotEdit(edit: JobEditKind, kind: QueueKind, state: JobState): string | null {
  if (edit === 'data') return null;
  if (kind === 'bull')
    return edit === 'priority'
      ? 'Bull cannot change the priority of a job that exists. Add a copy with another priority and remove this one.'
      : 'Bull cannot change the delay of a job that exists. Run it now, or add a copy with another delay and remove this one.';
  if (edit === 'priority')
    return PRIORITY_STATES.includes(state)
      ? null
      : `A priority decides when a waiting job starts; this job is ${state}.`;
  return state === 'delayed' ? null : `Only a delayed job has a delay that can be changed; this job is ${state}.`;
}

/** Why "retry with other data" is impossible, `null` when it is possible. */
export function whyNotRetryWithData(kind: QueueKind, state: JobState): string | null {
  if (state === 'failed' || (state === 'completed' && kind === 'bullmq')) return null;
  return state === 'completed'
    ? 'Bull retries failed jobs only. Add a copy with other data instead.'
    : `Only a job that has ended can be retried; this job is ${state}.`;
}

/** What a change of data means for a job in this state, in a sentence. */
export function whatNewDataMeans(state: JobState): string {
  if (state === 'active')
    return 'Its worker has read the data already: the attempt that runs now does not see the change, a later one does.';
  if (state === 'completed') return 'The job has completed: the new data is used only if it is run again.';
  if (state === 'failed') return 'The job has failed: the new data is used when it is retried.';
  return 'The job gets the new data when it runs.';
}

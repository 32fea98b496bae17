import { z } from 'zod';
import { MAX_PRIORITY } from './edit';
import { jsonValueSchema } from './json-value';

/** What a person may do to one job. `duplicate` adds a new job with the same name, data and options. */
export const JOB_ACTIONS = ['retry', 'remove', 'promote', 'duplicate'] as const;
export const jobActionSchema = z.enum(JOB_ACTIONS);
export type JobAction = z.infer<typeof jobActionSchema>;

/** From one queue to another: into a queue for dead letters, and back to where they came from. */
export const MOVES = ['dead-letter', 'bring-back'] as const;
export type Move = (typeof MOVES)[number];

/** What an operation does to many jobs. */
export const BULK_ACTIONS = [...JOB_ACTIONS, ...MOVES] as const;
export const bulkActionSchema = z.enum(BULK_ACTIONS);
export type BulkAction = z.infer<typeof bulkActionSchema>;

export function isMove(action: string): action is Move {
  return (MOVES as readonly string[]).includes(action);
}

export const QUEUE_ACTIONS = ['pause', 'resume'] as const;
export const queueActionSchema = z.enum(QUEUE_ACTIONS);
export type QueueAction = z.infer<typeof queueActionSchema>;

export const MAX_JOBS_AT_ONCE = 1000;

export const jobActionBodySchema = z.strictObject({ action: jobActionSchema });
export const jobsActionBodySchema = z.strictObject({
  action: jobActionSchema,
  ids: z.array(z.string().min(1).max(1024)).min(1).max(MAX_JOBS_AT_ONCE),
});
export type JobsActionBody = z.infer<typeof jobsActionBodySchema>;
export const queueActionBodySchema = z.strictObject({ action: queueActionSchema });

/** Outcome for one job of an action on several. `code` is an `ErrorCode` when `ok` is false. */
export const jobActionResultSchema = z.object({
  id: z.string(),
  ok: z.boolean(),
  /** State after the action; `null` when the job is gone. */
  state: z.string().nullable(),
  /** Id of the job that `duplicate` made. */
  newId: z.string().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
});
export type JobActionResult = z.infer<typeof jobActionResultSchema>;
export const jobsActionResultSchema = z.object({ results: z.array(jobActionResultSchema) });

/** What becomes of a job that has ended, in the libraries' own words: `age` in seconds, `count` the newest ones kept. */
export const keepRuleSchema = z.union([
  z.boolean(),
  z.int().min(0),
  z
    .strictObject({ age: z.int().min(0).optional(), count: z.int().min(0).optional() })
    .refine(({ age, count }) => age !== undefined || count !== undefined, { message: 'give age, count or both' }),
]);
export type KeepRule = z.infer<typeof keepRuleSchema>;

/** A new job. Times in ms. `delay` and `runAt` exclude each other. */
export const addJobBodySchema = z.strictObject({
  /** Job name; BullMQ needs one, Bull defaults to `__default__`. */
  name: z.string().min(1).max(512).optional(),
  data: jsonValueSchema,
  opts: z
    .strictObject({
      jobId: z.string().min(1).max(512).optional(),
      priority: z.int().min(0).max(MAX_PRIORITY).optional(),
      delay: z.int().min(0).optional(),
      /** ms since the epoch or an ISO date. */
      runAt: z.union([z.int().min(0), z.iso.datetime({ offset: true })]).optional(),
      attempts: z.int().min(1).max(1000).optional(),
      backoff: z
        .union([z.int().min(0), z.strictObject({ type: z.enum(['fixed', 'exponential']), delay: z.int().min(0) })])
        .optional(),
      lifo: z.boolean().optional(),
      removeOnComplete: keepRuleSchema.optional(),
      removeOnFail: keepRuleSchema.optional(),
    })
    .refine((opts) => opts.delay === undefined || opts.runAt === undefined, {
      message: 'give either delay or runAt, not both',
      path: ['runAt'],
    })
    .default({}),
});
export type AddJobBody = z.infer<typeof addJobBodySchema>;

export const addJobResultSchema = z.object({
  jobId: z.string(),
  status: z.enum(['queued', 'duplicate']),
});
export type AddJobResult = z.infer<typeof addJobResultSchema>;

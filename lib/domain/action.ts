import { z } from 'zod';

/** What a person may do to one job. `duplicate` adds a new job with the same name, data and options. */
export const JOB_ACTIONS = ['retry', 'remove', 'promote', 'duplicate'] as const;
export const jobActionSchema = z.enum(JOB_ACTIONS);
export type JobAction = z.infer<typeof jobActionSchema>;

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

/** A new job. Times in ms. `delay` and `runAt` exclude each other. */
export const addJobBodySchema = z.strictObject({
  /** Job name; BullMQ needs one, Bull defaults to `__default__`. */
  name: z.string().min(1).max(512).optional(),
  data: z.json(),
  opts: z
    .strictObject({
      jobId: z.string().min(1).max(512).optional(),
      priority: z.int().min(0).max(2_097_152).optional(),
      delay: z.int().min(0).optional(),
      /** ms since the epoch or an ISO date. */
      runAt: z.union([z.int().min(0), z.iso.datetime({ offset: true })]).optional(),
      attempts: z.int().min(1).max(1000).optional(),
      backoff: z
        .union([z.int().min(0), z.strictObject({ type: z.enum(['fixed', 'exponential']), delay: z.int().min(0) })])
        .optional(),
      lifo: z.boolean().optional(),
      removeOnComplete: z.union([z.boolean(), z.int().min(0)]).optional(),
      removeOnFail: z.union([z.boolean(), z.int().min(0)]).optional(),
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

import { z } from 'zod';
import { queueActionSchema } from './action';
import { paceSchema } from './pace';
import { unknowable } from './queue';

/** States that can be cleaned by age. Active jobs and parents that wait belong to others. */
export const CLEANABLE_STATES = ['completed', 'failed', 'waiting', 'paused', 'delayed', 'prioritized'] as const;
export const cleanableStateSchema = z.enum(CLEANABLE_STATES);
export type CleanableState = z.infer<typeof cleanableStateSchema>;

export const CLEARINGS = ['clean', 'drain', 'obliterate'] as const;

/**
 * Ways to take many jobs out of a queue. `clean`: those of a state that ended (or, if they have not, were made or last
 * tried) at least `olderThanMs` ago. `drain`: all that wait, and those put off if `delayed`. `obliterate`: the queue
 * with all it holds; `force`: although jobs are active.
 */
export const clearingSchema = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('clean'),
    state: cleanableStateSchema,
    olderThanMs: z.int().min(0).max(3_162_240_000_000),
  }),
  z.strictObject({ what: z.literal('drain'), delayed: z.boolean() }),
  z.strictObject({ what: z.literal('obliterate'), force: z.boolean() }),
]);
export type Clearing = z.infer<typeof clearingSchema>;

export const clearingPreviewSchema = z.object({
  /** Jobs that will go; `isAtMost`: the age of each is only looked at on the way. */
  count: z.number(),
  isAtMost: z.boolean(),
  active: unknowable,
  /** Next jobs of schedulers, which stay: without them their schedulers would never run again. */
  keptForSchedulers: z.number(),
  schedulers: z.number(),
  /** Parents that wait for their children: no clearing looks at them, `null` where the kind has none. */
  parents: unknowable,
  /** Why it is refused as asked, `null` when it is not. */
  refusal: z.string().nullable(),
});
export type ClearingPreview = z.infer<typeof clearingPreviewSchema>;

/** One part of a clearing. `cursor: null`: all is done. */
export const clearingStepSchema = z.object({
  removed: z.number(),
  /** Jobs left to look at, as far as that is known. */
  left: unknowable,
  cursor: z.string().nullable(),
});
export type ClearingStep = z.infer<typeof clearingStepSchema>;

/** What holds a queue back by configuration. BullMQ keeps these in the queue; Bull knows them in its workers only. */
export const queueLimitsSchema = z.object({
  /** Jobs that all workers together may run at once; `null`: no such limit. */
  concurrency: z.number().nullable(),
  /** At most `max` starts in `durationMs`. */
  rateLimit: z.object({ max: z.number(), durationMs: z.number() }).nullable(),
  /** Starts counted in the running interval, and ms until it ends. `isHolding`: no job starts before that. */
  limiter: z.object({ started: unknowable, resetsInMs: z.number(), isHolding: z.boolean() }).nullable(),
  /** Why the limits cannot be changed, `null` when they can (rights are not considered). */
  whyNotChange: z.string().nullable(),
});
export type QueueLimits = z.infer<typeof queueLimitsSchema>;

/** `null` takes a limit away; what is left out stays. */
export const limitsBodySchema = z
  .strictObject({
    concurrency: z.int().min(1).max(1_000_000).nullable().optional(),
    rateLimit: z
      .strictObject({ max: z.int().min(1).max(1_000_000_000), durationMs: z.int().min(1).max(86_400_000) })
      .nullable()
      .optional(),
  })
  .refine(({ concurrency, rateLimit }) => concurrency !== undefined || rateLimit !== undefined, {
    message: 'give concurrency, rateLimit, or both',
  });
export type LimitsBody = z.infer<typeof limitsBodySchema>;

export const MAX_QUEUES_AT_ONCE = 200;

/** The same for several queues, named by their keys. */
export const queuesActionBodySchema = z.strictObject({
  action: queueActionSchema,
  queues: z.array(z.string().min(1).max(4096)).min(1).max(MAX_QUEUES_AT_ONCE),
});
export const queuesActionResultSchema = z.object({
  results: z.array(
    z.object({ queue: z.string(), ok: z.boolean(), code: z.string().optional(), detail: z.string().optional() }),
  ),
});
export type QueuesActionResult = z.infer<typeof queuesActionResultSchema>;

/** The clearing of one queue or several. What is taken out cannot be brought back. */
export const startClearingsBodySchema = z.strictObject({
  clearing: clearingSchema,
  queues: z.array(z.string().min(1).max(4096)).min(1).max(MAX_QUEUES_AT_ONCE),
  /** Jobs per second and queue; `null`: as fast as the broker takes them. */
  pace: paceSchema,
  /** The queue's name; of several queues their number. */
  confirm: z.string().max(1_024),
});
export type StartClearingsBody = z.infer<typeof startClearingsBodySchema>;

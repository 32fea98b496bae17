import { z } from 'zod';
import { jobStateSchema } from './job';
import { unknowable } from './queue';

/** Lines of a job's log that one answer holds at most. */
export const LOG_PAGE = 100;

export const jobLogsSchema = z.object({
  lines: z.array(
    z.object({
      /** Place in the log, from 0 for the oldest line that is kept. */
      index: z.number(),
      text: z.string(),
      /** The line is longer than what is shown. */
      isCut: z.boolean(),
    }),
  ),
  /** Lines in the log. */
  total: z.number(),
  /** Lines read for this answer; more than are shown where a search passed over some. */
  scanned: z.number(),
  /** `from` of the next page in the same order, `null` at the end. */
  next: z.number().nullable(),
});
export type JobLogs = z.infer<typeof jobLogsSchema>;

export const CHILD_SETS = ['unprocessed', 'processed', 'failed', 'ignored'] as const;
export const childSetSchema = z.enum(CHILD_SETS);
export type ChildSet = z.infer<typeof childSetSchema>;

/** A job of a flow, in whatever queue it is. */
export const flowJobSchema = z.object({
  id: z.string(),
  /** Key of its queue for addresses, `null` where it cannot be told from the job's key. */
  queueKey: z.string().nullable(),
  queueName: z.string(),
  name: z.string().nullable(),
  /** `null`: the job is gone. */
  state: jobStateSchema.nullable(),
  /** Children of its own that it has or had. */
  hasChildren: z.boolean(),
  failedReason: z.string().nullable(),
  processedOn: unknowable,
  finishedOn: unknowable,
});
export type FlowJob = z.infer<typeof flowJobSchema>;

export const jobFlowSchema = z.object({
  /** From the root of the flow down to the job's own parent; empty for a job without one. */
  parents: z.array(flowJobSchema),
  /** The chain goes on above the first of `parents`. */
  isParentsCut: z.boolean(),
  counts: z.record(childSetSchema, z.number()),
  /** Children of the set asked for. */
  children: z.array(flowJobSchema),
  nextCursor: z.string().nullable(),
});
export type JobFlow = z.infer<typeof jobFlowSchema>;

/** Something that the queue's own event stream says about a job. */
export const jobEventSchema = z.object({
  /** ms, broker's clock. */
  at: z.number(),
  event: z.string(),
  /** State that it came from, where the event tells. */
  from: z.string().nullable(),
  /** Reason of a failure, or due time (ms) of a delay. */
  detail: z.string().nullable(),
});
export type JobEventEntry = z.infer<typeof jobEventSchema>;

export const jobEventsSchema = z.object({
  events: z.array(jobEventSchema),
  /** Entries of the stream that were read. */
  scanned: z.number(),
  /** ms of the oldest entry that the stream holds; `null`: there is no stream. */
  reachesBackTo: unknowable,
  /** The job's whole life lies within what was read. */
  isComplete: z.boolean(),
});
export type JobEvents = z.infer<typeof jobEventsSchema>;

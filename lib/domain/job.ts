import { z } from 'zod';
import { JOB_STATES, unknowable } from './queue';

export const jobStateSchema = z.enum(JOB_STATES);

/** Text from a job, cut for a list: never more than `PREVIEW_BYTES` of it is read from the broker. */
export const textPreviewSchema = z.object({
  text: z.string(),
  /** Size of the whole field in bytes as stored. */
  bytes: z.number(),
  /** `true` when `text` is not the whole field. */
  isCut: z.boolean(),
});
export type TextPreview = z.infer<typeof textPreviewSchema>;

/** Fields up to this size are read whole for a list; larger ones show their size only. */
export const PREVIEW_BYTES = 4096;

/** One row of a job list. Times are ms since the epoch, durations ms. */
export const jobRowSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  state: jobStateSchema,
  /** When the producer made it (producer's clock). */
  timestamp: unknowable,
  processedOn: unknowable,
  finishedOn: unknowable,
  /** When a delayed job is due. */
  delayUntil: unknowable,
  attemptsMade: unknowable,
  /** Attempts allowed in all. */
  attempts: unknowable,
  priority: unknowable,
  /** 0–100, or what the worker reported as text. */
  progress: z.union([z.number(), z.string()]).nullable(),
  failedReason: z.string().nullable(),
  dataPreview: textPreviewSchema.nullable(),
  /** The id is in the state's set, but its hash is gone. */
  isOrphan: z.boolean(),
});
export type JobRow = z.infer<typeof jobRowSchema>;

export const jobPageSchema = z.object({
  jobs: z.array(jobRowSchema),
  nextCursor: z.string().nullable(),
  /** The page before this one; `null` on the first. */
  previousCursor: z.string().nullable(),
  /** Place of the first job of this page in the order, from 0; `null` on an empty page. */
  start: unknowable,
  /** Jobs in the state at the time of reading. */
  total: z.number(),
  /** `true` for list states, whose pages may drift while jobs come and go. */
  mayDrift: z.boolean(),
});
export type JobPage = z.infer<typeof jobPageSchema>;

/** One field of a job, whole or cut at `limit`. `isJson` says whether the whole text parses as JSON. */
export const jobFieldSchema = z.object({
  text: z.string(),
  bytes: z.number(),
  isCut: z.boolean(),
});
export type JobField = z.infer<typeof jobFieldSchema>;

export const jobSchema = jobRowSchema.omit({ dataPreview: true }).extend({
  data: jobFieldSchema.nullable(),
  result: jobFieldSchema.nullable(),
  options: jobFieldSchema.nullable(),
  /** Stands for `data` as stored, for an edit's `ifHash`; `null` where the data is not in here. */
  dataHash: z.string().nullable(),
  /** The reason of the failure, whole; `failedReason` is its beginning. */
  error: jobFieldSchema.nullable(),
  /** One entry an attempt that failed, oldest first, as far as the library keeps them; empty when `stacktraceIsCut`. */
  stacktrace: z.array(z.string()),
  stacktraceBytes: z.number(),
  /** Too large to come along: read the field `stacktrace`. */
  stacktraceIsCut: z.boolean(),
  logCount: z.number(),
  stalledCount: unknowable,
  /** Times that the job was started; BullMQ only. */
  attemptsStarted: unknowable,
  /** When a person or script last brought it back (ms); Bull only. */
  retriedOn: unknowable,
  /** ms that it was put off when it was added or last delayed. */
  delay: unknowable,
  /** Name of the worker that ran it last, where workers have names; BullMQ only. */
  processedBy: z.string().nullable(),
  /** Key of the job above it in a flow. */
  parent: z.string().nullable(),
  /** Key of the scheduler (BullMQ) or repeatable (Bull) that made it. */
  scheduler: z.string().nullable(),
  deduplicationId: z.string().nullable(),
  /** Kind of its failure, of a job that has failed: the fingerprint of its group and what the group is called. */
  failure: z.object({ fingerprint: z.string(), title: z.string() }).nullable(),
  /** The operation that keeps it out of sight until it is removed; it can be undone. `null`: it stays. */
  removal: z.string().nullable(),
  /** Actions that the job's state and library allow (rights are not considered). */
  actions: z.array(z.string()),
});
export type Job = z.infer<typeof jobSchema>;

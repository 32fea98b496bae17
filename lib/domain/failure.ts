import { z } from 'zod';
import { unknowable } from './queue';

/**
 * How a group of failures stands. `new`: first seen within a day. `regressed`: came back after it was resolved, or after
 * a week of quiet. `quiet`: not seen for a week. `resolved` and `muted` are said by a person.
 */
export const FAILURE_STATES = ['new', 'regressed', 'ongoing', 'quiet', 'resolved', 'muted'] as const;
export const failureStateSchema = z.enum(FAILURE_STATES);
export type FailureState = z.infer<typeof failureStateSchema>;

export const fingerprintSchema = z.string().regex(/^[0-9a-f]{12}$/);

/** Failures that are in no group: not read in time, or of kinds beyond the bound. Counted as if they were groups. */
export const UNGROUPED = 'ungrouped';
export const OTHER = 'other';

/** What people said of a group. Times ms. `until: null`: for ever. */
export const failureCareSchema = z.object({
  muted: z.object({ until: z.number().nullable(), by: z.string(), at: z.number() }).nullable(),
  resolved: z.object({ by: z.string(), at: z.number() }).nullable(),
  note: z.object({ text: z.string(), by: z.string(), at: z.number() }).nullable(),
});
export type FailureCare = z.infer<typeof failureCareSchema>;

const tallySchema = z.object({ failed: z.number(), attempts: z.number() });

/** One queue's share of a group. `retained`: failed jobs of the group in the queue when it was last gone through. */
export const failureQueueSchema = tallySchema.extend({
  key: z.string(),
  retained: unknowable,
  retainedAt: unknowable,
  lastSeen: z.number(),
});
export const failureNameSchema = tallySchema.extend({ name: z.string().nullable() });

/** `failed` (for good) and `attempts` (that were tried again) are jobs in the range that was asked for. */
export const failureGroupSchema = tallySchema.extend({
  fingerprint: fingerprintSchema,
  errorClass: z.string().nullable(),
  title: z.string(),
  frame: z.string().nullable(),
  state: failureStateSchema,
  /** ms; since when the state holds, `null` where it follows from time alone. */
  stateSince: z.number().nullable(),
  firstSeen: z.number(),
  lastSeen: z.number(),
  /** Failed for good, since the group is known. */
  total: z.number(),
  /** Failed jobs of the group that are in their queues; `null` until they were counted once. */
  retained: unknowable,
  /** ms; the oldest count among them. */
  retainedAt: unknowable,
  /** Failures a slot over the range. */
  spark: z.array(z.number()),
  queues: z.array(failureQueueSchema),
  names: z.array(failureNameSchema),
  care: failureCareSchema,
});
export type FailureGroup = z.infer<typeof failureGroupSchema>;

/** Where counting of the failed jobs that are kept stands, over all queues of a source. */
export const failureScanSchema = z.object({
  source: z.string(),
  /** Jobs looked at and to look at, in the queues that are being gone through. */
  scanned: z.number(),
  of: z.number(),
  queuesLeft: z.number(),
  /** ms; when every queue had been gone through, `null` before. */
  doneAt: z.number().nullable(),
});
export type FailureScan = z.infer<typeof failureScanSchema>;

export const failureListSchema = z.object({
  from: z.number(),
  to: z.number(),
  /** ms of a slot of `spark`. */
  slotMs: z.number(),
  groups: z.array(failureGroupSchema),
  ungrouped: tallySchema,
  /** Kinds beyond the bound of groups kept. */
  other: tallySchema,
  scans: z.array(failureScanSchema),
});
export type FailureList = z.infer<typeof failureListSchema>;

/** A job that failed of it, newest first; it may be gone by now. */
export const failureSampleSchema = z.object({
  queueKey: z.string(),
  jobId: z.string(),
  name: z.string().nullable(),
  at: z.number(),
});

export const failureDetailSchema = z.object({
  from: z.number(),
  to: z.number(),
  slotMs: z.number(),
  group: failureGroupSchema,
  points: z.array(z.object({ at: z.number(), failed: z.number(), attempts: z.number() })),
  samples: z.array(failureSampleSchema),
  /** Retained jobs by the worker that ran them last, as far as BullMQ wrote it down; `null` until counted. */
  workers: z.array(z.object({ worker: z.string().nullable(), count: z.number() })).nullable(),
  /** Jobs of the group that were retried by hand or script, and how that ended. */
  retries: z.object({ retried: z.number(), completed: z.number(), failed: z.number() }),
  /** The newest deploy mark in the week before the group was first seen. */
  deployBefore: z.object({ at: z.number(), text: z.string() }).nullable(),
});
export type FailureDetail = z.infer<typeof failureDetailSchema>;

/** What a person may say of a group. */
export const failureActionSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('mute'),
    /** ms since the epoch; absent: for ever. */
    until: z.int().min(0).optional(),
  }),
  z.strictObject({ action: z.literal('unmute') }),
  z.strictObject({ action: z.literal('resolve') }),
  z.strictObject({ action: z.literal('reopen') }),
  z.strictObject({ action: z.literal('note'), text: z.string().max(2_000) }),
]);
export type FailureAction = z.infer<typeof failureActionSchema>;

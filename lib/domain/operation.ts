import { z } from 'zod';
import { BULK_ACTIONS, bulkActionSchema, isMove, MAX_JOBS_AT_ONCE } from './action';
import { CLEARINGS, clearingSchema } from './control';
import { moveTargetSchema } from './dead-letter';
import { jobStateSchema } from './job';
import { deadGroupSchema } from './message';
import { paceSchema } from './pace';
import { queueIdSchema, unknowable, QUEUE_KINDS } from './queue';
import { queryTextSchema } from './search';

/** Which jobs of a queue are meant: those named, or all of a state that match (an empty query: all of it). */
export const operationTargetSchema = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('ids'),
    state: jobStateSchema,
    ids: z.array(z.string().min(1).max(1024)).min(1).max(MAX_JOBS_AT_ONCE),
  }),
  z.strictObject({ by: z.literal('query'), state: jobStateSchema, query: queryTextSchema.default('') }),
]);
export type OperationTarget = z.infer<typeof operationTargetSchema>;

/** What an operation does: the same to many jobs, the clearing of a queue, or the replay of its dead letters. */
export const operationActionSchema = z.enum([...BULK_ACTIONS, ...CLEARINGS, 'replay']);
export type OperationAction = z.infer<typeof operationActionSchema>;

/** How long jobs that were removed can be brought back, in ms. */
export const UNDO_MS = 600_000;
/** Jobs of a queue that may wait for their removal at the same time. */
export const MAX_HIDDEN = 10_000;
/** Ids kept for an operation on jobs in a list; more than that is refused. */
export const MAX_FROZEN_IDS = 100_000;
/** Failed jobs that a report names; their number is exact whatever it is. */
export const MAX_REPORT_LINES = 1_000;

/**
 * The first `size` jobs, watched until they have finished: the rest follows only when at least `minSuccess` (0–1) of
 * them succeeded within `timeoutMs`.
 */
export const canaryPlanSchema = z.strictObject({
  size: z.int().min(1).max(100).default(10),
  minSuccess: z.number().min(0).max(1).default(0.8),
  timeoutMs: z.int().min(1_000).max(3_600_000).default(60_000),
});
export type CanaryPlan = z.infer<typeof canaryPlanSchema>;

/** Body of a preview. `until` and `cursor` come from the answer before, to go on with the same frozen set. */
export const previewBodySchema = z.strictObject({
  action: bulkActionSchema,
  target: operationTargetSchema,
  until: z.int().min(0).optional(),
  cursor: z.string().min(1).max(4096).optional(),
});
export type PreviewBody = z.infer<typeof previewBodySchema>;

const tallySchema = z.object({ text: z.string(), count: z.number() });
export type Tally = z.infer<typeof tallySchema>;

/**
 * What an operation would do, as far as one call has looked. With `nextCursor` there is more: the caller adds up the
 * answers. Times are ms since the epoch.
 */
export const previewSchema = z.object({
  /** The set is frozen here (broker's clock): what fails or is added later is not meant. */
  until: z.number(),
  /** Jobs found by this call, of `scanned` looked at, of `of` in the state. */
  matched: z.number(),
  scanned: z.number(),
  of: z.number(),
  nextCursor: z.string().nullable(),
  oldest: unknowable,
  newest: unknowable,
  /** Names and errors of `sampled` of the jobs found, most frequent first. */
  sampled: z.number(),
  names: z.array(tallySchema),
  errors: z.array(tallySchema),
  /** Why the action cannot be done to jobs of this state; `null` when it can. */
  refusal: z.string().nullable(),
  /** Jobs that a removal may still hide so that it can be undone; `null` for what has no undo. */
  undoRoom: z.number().nullable(),
});
export type Preview = z.infer<typeof previewSchema>;

export const startOperationBodySchema = z
  .strictObject({
    action: bulkActionSchema,
    target: operationTargetSchema,
    /**
     * The other queue of a move, of the same source and namespace. `dead-letter`: where the jobs are put, by default the
     * queue's name and `-dead-letter`. `bring-back`: only jobs that came from it go back; by default what the name says.
     */
    to: moveTargetSchema.optional(),
    /** From the preview; the time of the start when absent. */
    until: z.int().min(0).optional(),
    /** Jobs per second; `null`: as fast as the broker takes them. */
    pace: paceSchema,
    canary: canaryPlanSchema.nullable().default(null),
    /** Removal of finished jobs: hide them at once, remove them after ten minutes, until then it can be undone. */
    undo: z.boolean().default(false),
    /** The queue's name: asked for where a removal cannot be undone. */
    confirm: z.string().max(1_024).optional(),
  })
  .refine(({ action, to }) => to === undefined || isMove(action), {
    message: 'only for the actions dead-letter and bring-back',
    path: ['to'],
  });
export type StartOperationBody = z.infer<typeof startOperationBodySchema>;

/**
 * `deferred`: the jobs are hidden and will be removed at `dueAt`. `stopping` and `pausing` are not states but wishes: the
 * runner takes them up within a moment.
 */
export const OPERATION_STATES = ['running', 'paused', 'deferred', 'done', 'stopped', 'undone', 'failed'] as const;
export const operationStateSchema = z.enum(OPERATION_STATES);
export type OperationState = z.infer<typeof operationStateSchema>;

export const OPERATION_WISHES = ['pause', 'resume', 'stop', 'undo'] as const;
export const operationWishSchema = z.enum(OPERATION_WISHES);
export type OperationWish = z.infer<typeof operationWishSchema>;

/** `freeze`: writing down which jobs are meant. `hide`: putting them out of sight. `canary`: watching the first ones. */
export const operationPhaseSchema = z.enum(['freeze', 'hide', 'canary', 'work']);
export type OperationPhase = z.infer<typeof operationPhaseSchema>;

export const operationSchema = z.object({
  id: z.string(),
  queue: queueIdSchema,
  queueKey: z.string(),
  kind: z.enum(QUEUE_KINDS),
  action: operationActionSchema,
  target: z.discriminatedUnion('by', [
    z.object({ by: z.literal('ids'), state: jobStateSchema, count: z.number() }),
    z.object({ by: z.literal('query'), state: jobStateSchema, query: z.string() }),
    z.object({ by: z.literal('clearing'), clearing: clearingSchema }),
    z.object({
      by: z.literal('dead-letters'),
      /** `null`: all of them. */
      group: deadGroupSchema.nullable(),
      /** The queue's own, as of the start. */
      type: z.string(),
      deliveryLimit: unknowable,
    }),
  ]),
  /** The other queue of a move. */
  to: z.string().nullable().optional(),
  until: z.number(),
  pace: z.number().nullable(),
  canary: canaryPlanSchema
    .extend({
      outcome: z.enum(['running', 'waiting', 'passed', 'failed']),
      succeeded: z.number(),
      failed: z.number(),
      /** Gone before anybody could see how they ended. */
      unknown: z.number(),
      pending: z.number(),
    })
    .nullable(),
  state: operationStateSchema,
  phase: operationPhaseSchema,
  /** What a person has asked for and the runner has not yet done. */
  wish: operationWishSchema.nullable(),
  /** May still be undone. */
  canUndo: z.boolean(),
  /** When hidden jobs will be removed. */
  dueAt: z.number().nullable(),
  counts: z.object({
    /** Jobs meant, `null` while a search still looks for them. */
    of: unknowable,
    done: z.number(),
    failed: z.number(),
    /** No longer there, done by somebody else, or finished again since. */
    skipped: z.number(),
    /** Out of sight, to be removed. */
    hidden: z.number(),
    /** Looked at by the search, of the jobs in the state. */
    scanned: z.number(),
    toScan: unknowable,
  }),
  /** Jobs per second over the last seconds; `null` while it does not work. */
  rate: unknowable,
  startedBy: z.object({ name: z.string(), role: z.string() }),
  createdAt: z.number(),
  updatedAt: z.number(),
  endedAt: z.number().nullable(),
  /** Why it stands still or has ended, in a sentence. */
  note: z.string().nullable(),
  /** Which process works on it, and how many times another had to take over. */
  runner: z.string().nullable(),
  takeovers: z.number(),
});
export type Operation = z.infer<typeof operationSchema>;

export const operationsSchema = z.object({ operations: z.array(operationSchema) });

/** What became of each queue of a request to clear several: its operation, or why there is none. */
export const startedClearingsSchema = z.object({
  results: z.array(
    z.object({
      queue: z.string(),
      operation: operationSchema.nullable(),
      code: z.string().optional(),
      detail: z.string().optional(),
    }),
  ),
});
export type StartedClearings = z.infer<typeof startedClearingsSchema>;

export const operationReportSchema = z.object({
  operation: operationSchema,
  /** Why jobs were not done, most frequent first; the counts add up to `failed` and `skipped`. */
  reasons: z.array(z.object({ text: z.string(), count: z.number(), outcome: z.enum(['failed', 'skipped']) })),
  /** The first of them by name. */
  lines: z.array(z.object({ id: z.string(), text: z.string() })),
});
export type OperationReport = z.infer<typeof operationReportSchema>;

/** Nothing more will happen to it. */
export function hasEnded({ state }: Pick<Operation, 'state'>): boolean {
  return state === 'done' || state === 'stopped' || state === 'undone' || state === 'failed';
}

/** Why a removal of jobs in `state` has no undo, `null` when it has one. */
export function whyNoUndo(state: string): string | null {
  return state === 'completed' || state === 'failed'
    ? null
    : 'Only jobs that have finished can be kept out of sight; these would still be worked on.';
}

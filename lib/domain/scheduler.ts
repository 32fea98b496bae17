import { z } from 'zod';
import { jobStateSchema } from './job';
import { queueIdSchema, unknowable } from './queue';

/**
 * The ways in which the libraries keep what repeats: Bull's repeatable jobs, BullMQ's own of the same name (majors up
 * to 5), and BullMQ's job schedulers.
 */
export const SCHEDULER_FORMS = ['bull-repeatable', 'bullmq-repeatable', 'bullmq-scheduler'] as const;
export const schedulerFormSchema = z.enum(SCHEDULER_FORMS);
export type SchedulerForm = z.infer<typeof schedulerFormSchema>;

/** Longest id or key of a scheduler that is taken; the libraries' own are shorter. */
const MAX_ID = 1024;
export const schedulerIdSchema = z.string().min(1).max(MAX_ID);

/** When something repeats. Exactly one of `pattern` (cron) and `everyMs`. Times: ms since the epoch. */
export const scheduleSchema = z.object({
  pattern: z.string().nullable(),
  everyMs: unknowable,
  /** BullMQ: `every` is counted from this many ms after the epoch's multiples. */
  offsetMs: unknowable,
  /** IANA name; `null`: the zone of whichever process makes the next job. */
  tz: z.string().nullable(),
  startAt: unknowable,
  endAt: unknowable,
  /** Jobs made at most, ever. */
  limit: unknowable,
});
export type Schedule = z.infer<typeof scheduleSchema>;

/** How one time of a schedule ended. `missed`: it was watched for, and no job was made. `unknown`: nobody watched. */
export const RUN_OUTCOMES = ['completed', 'failed', 'running', 'missed', 'unknown'] as const;
export const runOutcomeSchema = z.enum(RUN_OUTCOMES);
export type RunOutcome = z.infer<typeof runOutcomeSchema>;

export const schedulerRunSchema = z.object({
  /** ms since the epoch at which the job was due. */
  at: z.number(),
  outcome: runOutcomeSchema,
  /** When it ended (or, while it runs, began); `null` where that is not known. */
  endedAt: unknowable,
  jobId: z.string().nullable(),
});
export type SchedulerRun = z.infer<typeof schedulerRunSchema>;

/**
 * `waiting`: its next job lies ready for the time. `due`: that job is at work or about to be. `late`: it should have
 * started. `broken`: there is no next job, so that it never runs again by itself. `ended`: limit or end reached.
 */
export const SCHEDULER_STATUSES = ['waiting', 'due', 'late', 'broken', 'ended'] as const;
export const schedulerStatusSchema = z.enum(SCHEDULER_STATUSES);
export type SchedulerStatus = z.infer<typeof schedulerStatusSchema>;

export const schedulerSchema = z.object({
  queue: queueIdSchema,
  queueKey: z.string(),
  /** What the library knows it by: a job scheduler's id, or the key of a repeatable job. */
  id: z.string(),
  form: schedulerFormSchema,
  /** Name of the jobs it makes. */
  name: z.string(),
  schedule: scheduleSchema,
  /** The schedule in plain words, or why it cannot be understood. */
  words: z.string(),
  /** Zone in which the times are meant, `isAssumed` where the schedule names none. */
  zone: z.object({ name: z.string(), isAssumed: z.boolean() }),
  /** Jobs made so far, `null` where the library does not count. */
  made: unknowable,
  nextAt: unknowable,
  nextJobId: z.string().nullable(),
  /** `null`: the next job does not exist. */
  nextJobState: jobStateSchema.nullable(),
  status: schedulerStatusSchema,
  /** Why it is not simply waiting for its time; `null` when it is. */
  trouble: z.string().nullable(),
  /** The next times after now, as the library will reckon them; at most five. */
  nextRuns: z.array(z.number()),
  lastRun: schedulerRunSchema.nullable(),
  /** Oldest first, at most 60. */
  runs: z.array(schedulerRunSchema),
  missed: z.number(),
  /** Why it cannot be edited, `null` when it can (rights are not considered). */
  whyNotEdit: z.string().nullable(),
});
export type Scheduler = z.infer<typeof schedulerSchema>;

/** What each of its jobs is made from. `data` as stored; `null`: not known, or larger than is shown. */
export const schedulerTemplateSchema = z.object({
  data: z.string().nullable(),
  dataBytes: unknowable,
  opts: z.record(z.string(), z.json()),
});
export type SchedulerTemplate = z.infer<typeof schedulerTemplateSchema>;

export const schedulerDetailSchema = schedulerSchema.extend({ template: schedulerTemplateSchema.nullable() });
export type SchedulerDetail = z.infer<typeof schedulerDetailSchema>;

export const schedulersPageSchema = z.object({
  /** ms, this server's clock. */
  at: z.number(),
  schedulers: z.array(schedulerSchema),
  total: z.number(),
  nextCursor: z.string().nullable(),
  /** Sources that did not answer: their schedulers are missing here. */
  unread: z.array(z.object({ source: z.string(), reason: z.string() })),
});
export type SchedulersPage = z.infer<typeof schedulersPageSchema>;

const timeSchema = z.int().min(0);

export const scheduleBodySchema = z
  .strictObject({
    pattern: z.string().trim().min(1).max(200).optional(),
    everyMs: z.int().min(1).max(31_622_400_000).optional(),
    offsetMs: z.int().min(0).optional(),
    tz: z.string().trim().min(1).max(64).optional(),
    startAt: timeSchema.optional(),
    endAt: timeSchema.optional(),
    limit: z.int().min(1).optional(),
  })
  .refine(({ pattern, everyMs }) => (pattern === undefined) !== (everyMs === undefined), {
    message: 'give either pattern or everyMs',
    path: ['pattern'],
  })
  .refine(({ startAt, endAt }) => startAt === undefined || endAt === undefined || startAt < endAt, {
    message: 'must lie after startAt',
    path: ['endAt'],
  })
  .refine(({ everyMs, offsetMs }) => offsetMs === undefined || (everyMs !== undefined && offsetMs < everyMs), {
    message: 'must be less than everyMs',
    path: ['offsetMs'],
  });
export type ScheduleBody = z.infer<typeof scheduleBodySchema>;

const templateOptsSchema = z.strictObject({
  priority: z.int().min(0).max(2_097_152).optional(),
  attempts: z.int().min(1).max(1000).optional(),
  backoff: z
    .union([z.int().min(0), z.strictObject({ type: z.enum(['fixed', 'exponential']), delay: z.int().min(0) })])
    .optional(),
  removeOnComplete: z.union([z.boolean(), z.int().min(0)]).optional(),
  removeOnFail: z.union([z.boolean(), z.int().min(0)]).optional(),
});

/** `data` and `opts` left out of an edit stay as they are; options not named in `opts` are kept. */
export const schedulerBodySchema = z.strictObject({
  /** BullMQ needs one for a new job scheduler; Bull makes a key of its own and takes this as a part of it. */
  id: schedulerIdSchema.optional(),
  name: z.string().min(1).max(512).optional(),
  schedule: scheduleBodySchema,
  data: z.json().optional(),
  opts: templateOptsSchema.optional(),
});
export type SchedulerBody = z.infer<typeof schedulerBodySchema>;
export const schedulerEditSchema = schedulerBodySchema.extend({ id: schedulerIdSchema });
export type SchedulerEdit = z.infer<typeof schedulerEditSchema>;

/** What a schedule that somebody types will do. `error`: why not, and at which character of the pattern (from 0). */
export const schedulePreviewSchema = z.object({
  words: z.string().nullable(),
  zone: z.object({ name: z.string(), isAssumed: z.boolean() }),
  nextRuns: z.array(z.number()),
  error: z.object({ message: z.string(), at: z.number().nullable(), length: z.number() }).nullable(),
});
export type SchedulePreview = z.infer<typeof schedulePreviewSchema>;

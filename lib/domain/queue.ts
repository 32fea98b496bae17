import { z } from 'zod';
import { forecastSchema } from './forecast';
import { queueMemorySchema } from './queue-memory';
import { rabbitQueueSchema } from './rabbit';
import { activeTroubleSchema, recentStallsSchema } from './stall';
import { verdictSchema } from './verdict';

/** The libraries and brokers whose queues Tailback understands. */
export const QUEUE_KINDS = ['bull', 'bullmq', 'rabbitmq'] as const;
export type QueueKind = (typeof QUEUE_KINDS)[number];

/** Job states in the words of the API's `state=` parameter; a state that a kind does not have counts as `null`. */
export const JOB_STATES = [
  'waiting',
  'active',
  'delayed',
  'prioritized',
  'waiting-children',
  'paused',
  'completed',
  'failed',
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Names of the counts in JSON: camelCase of `JOB_STATES`. */
export const COUNT_KEYS = {
  waiting: 'waiting',
  active: 'active',
  delayed: 'delayed',
  prioritized: 'prioritized',
  'waiting-children': 'waitingChildren',
  paused: 'paused',
  completed: 'completed',
  failed: 'failed',
} as const satisfies Record<JobState, string>;

/** `null` means the source cannot know; `0` means it looked and found none. */
export const unknowable = z.number().nullable();

export const queueIdSchema = z.object({
  /** Name of the source in the configuration. */
  source: z.string().min(1),
  /** Key prefix (Redis) or vhost (RabbitMQ); may be empty. */
  namespace: z.string(),
  name: z.string().min(1),
});
export type QueueId = z.infer<typeof queueIdSchema>;

export const countsSchema = z.object({
  waiting: unknowable,
  active: unknowable,
  delayed: unknowable,
  prioritized: unknowable,
  waitingChildren: unknowable,
  paused: unknowable,
  completed: unknowable,
  failed: unknowable,
});
export type Counts = z.infer<typeof countsSchema>;

/** How far a figure may be trusted. `late`: true once, but older than it should be. */
export const QUALITIES = ['exact', 'partial', 'late', 'unknown'] as const;
export const qualitySchema = z.enum(QUALITIES);
export type Quality = z.infer<typeof qualitySchema>;

/** Milliseconds at three quantiles; relative error of at most 2 %. `null` when nothing was measured. */
export const quantilesSchema = z.object({ p50: unknowable, p95: unknowable, p99: unknowable });
export type Quantiles = z.infer<typeof quantilesSchema>;

/** What happened in the last 60 seconds before `at`. Counts are jobs (events), not rates. */
export const lastMinuteSchema = z.object({
  arrived: unknowable,
  started: unknowable,
  completed: unknowable,
  /** Failed for good: no attempt is left. */
  failed: unknowable,
  /** Attempts that failed and will be retried. */
  failedAttempts: unknowable,
  stalled: unknowable,
  runMs: quantilesSchema,
  waitMs: quantilesSchema,
  quality: qualitySchema,
  /** Why the figures are not exact; absent when they are. */
  reason: z.string().optional(),
});
export type LastMinute = z.infer<typeof lastMinuteSchema>;

export { SEVERITIES, severitySchema, verdictSchema, type Severity, type Verdict } from './verdict';

/** How long the longest waiting job of a state has waited, ms. `isAtLeast`: the order does not prove that none is older. */
export const ageSchema = z.object({ ms: z.number(), isAtLeast: z.boolean() });
export type Age = z.infer<typeof ageSchema>;

/** The oldest job of each state that waits; `null` where none does, or where it cannot be known. */
export const oldestSchema = z.object({
  waiting: ageSchema.nullable(),
  paused: ageSchema.nullable(),
  prioritized: ageSchema.nullable(),
  waitingChildren: ageSchema.nullable(),
  /** When the first of the delayed jobs may run, ms since the epoch; in the past it is overdue. */
  delayedDueAt: unknowable,
});
export type Oldest = z.infer<typeof oldestSchema>;

export const queueSchema = z.object({
  id: queueIdSchema,
  /** Opaque form of `id` for addresses, see `queue-key.ts`. */
  key: z.string(),
  kind: z.enum(QUEUE_KINDS),
  /** Library version that wrote the queue, e.g. `bullmq:6.7.0`; `null` when it cannot be told. */
  version: z.string().nullable(),
  /** It holds nothing, as before its first job: the workers that wait for its jobs name it. */
  knownBy: z.literal('workers').optional(),
  /** Why writes to this queue are refused, or `null` when they are possible. */
  readOnlyReason: z.string().nullable(),
  counts: countsSchema,
  /** waiting + paused + prioritized: all that could run if a worker were free, comparable across versions. */
  backlog: unknowable,
  isPaused: z.boolean().nullable(),
  /** Age of the oldest waiting job in ms, `null` when nothing waits or it cannot be known. */
  oldestWaitingMs: unknowable,
  /** The list's order does not prove which job is oldest: read the age as "at least". */
  oldestWaitingIsAtLeast: z.boolean(),
  /** The same by state; absent where nobody looked. */
  oldest: oldestSchema.optional(),
  /** Connected workers, `null` where the broker does not tell. */
  workers: unknowable,
  /** Active jobs whose lock is gone, where the job taken first does not end; absent or `null` where nobody looked. */
  stalledJobs: unknowable.optional(),
  /** What was found when they were looked at; absent where nobody had to. */
  activeTrouble: activeTroubleSchema.optional(),
  /** Why jobs stalled in the last minute; absent where none did. */
  recentStalls: recentStallsSchema.optional(),
  /** Only of RabbitMQ. */
  rabbit: rabbitQueueSchema.optional(),
  lastMinute: lastMinuteSchema,
  /** What is wrong, the worst first. */
  verdicts: z.array(verdictSchema),
  /** Whether it keeps up; absent where nobody reckoned. */
  forecast: forecastSchema.optional(),
  /** What it holds in the broker, by sampling; absent before it was looked at. */
  memory: queueMemorySchema.optional(),
  /** ms since the epoch at which these counts were read; idle queues are read less often. */
  readAt: z.number(),
});
export type Queue = z.infer<typeof queueSchema>;

export const snapshotSchema = z.object({
  /** ms since the epoch by the broker's clock. */
  at: z.number(),
  queues: z.array(queueSchema),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

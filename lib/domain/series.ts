import { z } from 'zod';
import { qualitySchema, quantilesSchema } from './queue';

/** Counters are summed per step. Stored by position, in history and in running totals: new ones go to the end. */
export const COUNTER_METRICS = [
  'arrived',
  'started',
  'completed',
  'failed',
  'failedAttempts',
  'stalled',
  'retried',
  'delayed',
  'removed',
] as const;
/** Gauges: the highest value in the step; `:avg` and `:last` on request. */
export const GAUGE_METRICS = [
  'depth.waiting',
  'depth.active',
  'depth.delayed',
  'depth.prioritized',
  'depth.waitingChildren',
  'depth.paused',
  'depth.completed',
  'depth.failed',
  'depth.backlog',
  'oldestWaitingMs',
  'workers',
  'oldest.prioritizedMs',
  'oldest.waitingChildrenMs',
  /** How long the first delayed job is overdue; 0 while none is due. */
  'overdueMs',
  /** 1 where `oldestWaitingMs` is only a bound: the oldest job waits at least so long. */
  'oldestIsAtLeast',
] as const;
/** Distributions: merged over the step, never averaged. Milliseconds. */
export const QUANTILE_METRICS = [
  'runMs.p50',
  'runMs.p95',
  'runMs.p99',
  'waitMs.p50',
  'waitMs.p95',
  'waitMs.p99',
] as const;

export type CounterMetric = (typeof COUNTER_METRICS)[number];
export type GaugeMetric = (typeof GAUGE_METRICS)[number];
export type QuantileMetric = (typeof QUANTILE_METRICS)[number];

/** All names that `metrics=` accepts. */
export const METRICS: readonly string[] = [
  ...COUNTER_METRICS,
  ...GAUGE_METRICS.flatMap((name) => [name, `${name}:avg`, `${name}:last`]),
  ...QUANTILE_METRICS,
];

const interval = z.tuple([z.number(), z.number()]);

/** One value per step; `to` is exclusive. */
export const seriesSchema = z.object({
  from: z.number(),
  to: z.number(),
  stepMs: z.number(),
  /** Resolution of the records that the steps were made of; gaps and partial intervals are as fine as this. */
  tierMs: z.number().optional(),
  /** Intervals in which nothing was collected: values there are null, not zero. */
  gaps: z.array(interval),
  /** Intervals whose figures are known to be incomplete, with the reason. */
  partial: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      quality: qualitySchema,
      reason: z.string(),
      /** Counters that are exact all the same: what was missed of them was proven and made up for. */
      exact: z.array(z.enum(COUNTER_METRICS)).optional(),
    }),
  ),
  /** Start of the bucket that is still filling, or `null` when the range ends before it. */
  unfinishedFrom: z.number().nullable(),
  series: z.record(z.string(), z.array(z.number().nullable())),
});
export type Series = z.infer<typeof seriesSchema>;

/** One metric of several queues together. */
export const timelineSeriesSchema = seriesSchema.extend({
  /** Queues that fit, and how many of them the figures are made of: the busiest. */
  queues: z.number(),
  summed: z.number(),
});
export type TimelineSeries = z.infer<typeof timelineSeriesSchema>;

/** How many runs or waits of each duration, one row of counts a step. */
export const heatmapSchema = z.object({
  from: z.number(),
  to: z.number(),
  stepMs: z.number(),
  tierMs: z.number(),
  /** Upper bounds in ms, ascending; `counts[step][row]` are durations up to `bounds[row]` and above the bound before. */
  bounds: z.array(z.number()),
  /** `null` where nothing is known. */
  counts: z.array(z.array(z.number()).nullable()),
});
export type Heatmap = z.infer<typeof heatmapSchema>;

const nameFigures = z.object({
  arrived: z.number(),
  completed: z.number(),
  failed: z.number(),
  failedAttempts: z.number(),
  stalled: z.number(),
  runMs: quantilesSchema,
  /** Time that all runs took together, ms. */
  totalRunMs: z.number(),
  /** Part of all finished runs' time, 0 to 1; `null` when nothing ran. */
  share: z.number().nullable(),
});
export type NameFigures = z.infer<typeof nameFigures>;

/** Figures by job name, heaviest first. */
export const namesSchema = z.object({
  from: z.number(),
  to: z.number(),
  tierMs: z.number(),
  names: z.array(nameFigures.extend({ name: z.string() })),
  /** Names that were not among the heaviest at their time. */
  other: nameFigures,
  /** Jobs whose name could not be read in time. */
  unattributed: nameFigures,
});
export type Names = z.infer<typeof namesSchema>;

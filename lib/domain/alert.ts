import { z } from 'zod';
import { channelStateSchema } from './notification';
import { queueIdSchema, severitySchema } from './queue';

/** What a rule can watch: numbers of the snapshot. */
export const ALERT_METRICS = [
  'waiting',
  'active',
  'delayed',
  'prioritized',
  'paused',
  'completed',
  'failed',
  'backlog',
  'oldestWaitingMs',
  'workers',
  'arrivedPerMinute',
  'completedPerMinute',
  'failedPerMinute',
  'stalledPerMinute',
] as const;
export const alertMetricSchema = z.enum(ALERT_METRICS);
export type AlertMetric = z.infer<typeof alertMetricSchema>;

/** One rule of `alerts` in the configuration file. It fires while the metric is above `above` (or below `below`). */
export const alertRuleSchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    /** Queue pattern: `*` stands for any text; matched against the name, or `source/namespace/name` if it holds a slash. */
    queues: z.string().min(1).default('*'),
    metric: alertMetricSchema,
    above: z.number().optional(),
    below: z.number().optional(),
    /** A firing rule ends only when the value is at or under this (hysteresis); default: `above`. */
    clearBelow: z.number().optional(),
    forSeconds: z.number().min(0).default(0),
    severity: severitySchema.default('warning'),
  })
  .superRefine((rule, context) => {
    if ((rule.above === undefined) === (rule.below === undefined))
      context.addIssue({ code: 'custom', message: 'give exactly one of above and below' });
    if (rule.clearBelow !== undefined && (rule.above === undefined || rule.clearBelow > rule.above))
      context.addIssue({
        code: 'custom',
        message: 'clearBelow goes with above and must not exceed it',
        path: ['clearBelow'],
      });
  });
export type AlertRule = z.infer<typeof alertRuleSchema>;

export const alertSchema = z.object({
  /** Stable per incident: the same while it fires, new when it fires again. */
  id: z.string(),
  rule: z.string(),
  severity: severitySchema,
  queue: queueIdSchema,
  queueKey: z.string(),
  metric: alertMetricSchema,
  state: z.enum(['pending', 'firing', 'resolved']),
  /** ms since the epoch at which the condition began. */
  since: z.number(),
  firedAt: z.number().nullable(),
  resolvedAt: z.number().nullable(),
  value: z.number().nullable(),
  threshold: z.number(),
  /** `true` while the queue cannot be read: the alert keeps its state, and says so. */
  isStale: z.boolean(),
  sentence: z.string(),
});
export type Alert = z.infer<typeof alertSchema>;

export const alertsSchema = z.object({
  at: z.number(),
  /** When the rules were last checked; `null` before the first round. */
  checkedAt: z.number().nullable(),
  checkEverySeconds: z.number(),
  rules: z.array(alertRuleSchema),
  /** Firing and pending ones first, then those resolved in the last 24 hours (at most 200). */
  alerts: z.array(alertSchema),
  channels: z.array(channelStateSchema),
});
export type Alerts = z.infer<typeof alertsSchema>;

import { z } from 'zod';
import { alertMetricSchema, alertRuleSchema } from './alert-rule';
import { incidentSchema } from './incident';
import { channelStateSchema } from './notification';
import { queueIdSchema, severitySchema } from './queue';

/** One rule at one queue (or at one broker): a symptom. What people are told of is the incident that it belongs to. */
export const alertSchema = z.object({
  /** The same while it is open, new when it comes again. */
  id: z.string(),
  rule: z.string(),
  severity: severitySchema,
  /** `null`: it is about the whole source. */
  queue: queueIdSchema.nullable(),
  source: z.string(),
  /** Of a whole source: `source:` and its name. */
  queueKey: z.string(),
  watch: z.enum(['metric', 'no-data', 'verdict', 'forecast']),
  metric: alertMetricSchema.nullable(),
  state: z.enum(['pending', 'firing', 'resolved']),
  /** ms since the epoch at which the condition began. */
  since: z.number(),
  firedAt: z.number().nullable(),
  resolvedAt: z.number().nullable(),
  /** The last known value in the metric's unit; of a forecast, ms after the time at which it should be empty. */
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  /** There is no data now: the alert keeps its state, and says so. */
  isStale: z.boolean(),
  sentence: z.string(),
  /** The incident that it belongs to, `null` while it is pending. */
  incidentId: z.string().nullable(),
});
export type Alert = z.infer<typeof alertSchema>;

export const alertsSchema = z.object({
  at: z.number(),
  /** When the rules were last checked; `null` before the first round. */
  checkedAt: z.number().nullable(),
  checkEverySeconds: z.number(),
  /** All that are checked. */
  rules: z.array(alertRuleSchema),
  /** Firing and pending ones first, then those resolved in the last 24 hours (at most 200). */
  alerts: z.array(alertSchema),
  /** Open ones, the gravest first, then those resolved in the last 24 hours (at most 100). */
  incidents: z.array(incidentSchema),
  channels: z.array(channelStateSchema),
});
export type Alerts = z.infer<typeof alertsSchema>;

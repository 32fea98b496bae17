import { createHash } from 'node:crypto';
import { z } from 'zod';
import { alertMetricSchema, type Alert } from '../domain/alert';
import { severitySchema } from '../domain/queue';
import { fromQueueKey } from '../domain/queue-key';
import { sentenceOf } from './sentence';

/**
 * One rule that is pending or firing for one queue, with all that is needed to tell it and to end it after the rule
 * or the queue is gone. Plain JSON: another collector goes on from it.
 */
export const incidentSchema = z.object({
  id: z.string(),
  /** `CompiledRule.key`. */
  ruleKey: z.string(),
  rule: z.string(),
  queueKey: z.string(),
  severity: severitySchema,
  metric: alertMetricSchema,
  bound: z.enum(['above', 'below']),
  threshold: z.number(),
  phase: z.enum(['pending', 'firing', 'resolved']),
  since: z.number(),
  firedAt: z.number().nullable(),
  resolvedAt: z.number().nullable(),
  value: z.number().nullable(),
  isStale: z.boolean(),
  calmSince: z.number().nullable(),
  /** How long it must be back to normal to end, ms: set at its beginning, when others like it came and went. */
  calmForMs: z.number(),
  /** When the queue was last there, ms. */
  seenAt: z.number(),
  /** Since when it is missing although its source answers, ms. */
  absentSince: z.number().nullable(),
});
export type Incident = z.infer<typeof incidentSchema>;

/** Where an incident is kept: one of a rule and a queue at a time. Queue keys hold no space. */
export function incidentKey(queueKey: string, ruleKey: string): string {
  return `${queueKey} ${ruleKey}`;
}

/** The same for the same rule, queue and beginning, whichever collector judges; new at every new beginning. */
export function incidentId(queueKey: string, ruleKey: string, since: number): string {
  const digest = createHash('sha256').update(incidentKey(queueKey, ruleKey)).digest('base64url').slice(0, 12);
  return `${since.toString(36)}-${digest}`;
}

/** The incident as the API and the channels show it. `reason` says why it ended, if not by its value. */
export function toAlert(incident: Incident, reason: string | null = null): Alert {
  const queue = fromQueueKey(incident.queueKey) ?? { source: '?', namespace: '', name: incident.queueKey };
  return {
    id: incident.id,
    rule: incident.rule,
    severity: incident.severity,
    queue,
    queueKey: incident.queueKey,
    metric: incident.metric,
    state: incident.phase,
    since: incident.since,
    firedAt: incident.firedAt,
    resolvedAt: incident.resolvedAt,
    value: incident.value,
    threshold: incident.threshold,
    isStale: incident.isStale,
    sentence: sentenceOf(incident, queue, reason),
  };
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { alertSchema, type Alert } from '../domain/alert';
import { fromQueueKey } from '../domain/queue-key';
import type { QueueId } from '../domain/queue';
import { sentenceOf } from './sentence';

/**
 * One rule that is pending or firing for one queue or broker, with all that is needed to tell it and to end it after
 * the rule or the queue is gone. Plain JSON: another collector goes on from it.
 */
export const alertCaseSchema = alertSchema
  .pick({
    id: true,
    rule: true,
    severity: true,
    source: true,
    queueKey: true,
    watch: true,
    metric: true,
    since: true,
    firedAt: true,
    resolvedAt: true,
    value: true,
    threshold: true,
    incidentId: true,
  })
  .extend({
    /** `CompiledRule.key`. */
    ruleKey: z.string(),
    bound: z.enum(['above', 'below']),
    phase: z.enum(['pending', 'firing', 'resolved']),
    /** Since when there is no data, and why. */
    staleSince: z.number().nullable(),
    whyStale: z.string().nullable(),
    calmSince: z.number().nullable(),
    /** How long it must be back to normal to end, ms: set at its beginning, when others like it came and went. */
    calmForMs: z.number(),
    /** When the queue was last there, ms. */
    seenAt: z.number(),
    /** Since when it is missing although its source answers, ms. */
    absentSince: z.number().nullable(),
    /** The verdict that it fires for. */
    verdict: z.object({ code: z.string(), sentence: z.string() }).nullable(),
    /** When the backlog should be empty, ms. */
    deadline: z.number().nullable(),
  });
export type AlertCase = z.infer<typeof alertCaseSchema>;

/** Where a case is kept: one of a rule and a queue at a time. Queue keys hold no space. */
export function caseKey(queueKey: string, ruleKey: string): string {
  return `${queueKey} ${ruleKey}`;
}

/** The same for the same rule, queue and beginning, whichever collector judges; new at every new beginning. */
export function caseId(queueKey: string, ruleKey: string, since: number): string {
  const digest = createHash('sha256').update(caseKey(queueKey, ruleKey)).digest('base64url').slice(0, 12);
  return `${since.toString(36)}-${digest}`;
}

export const sourceKey = (source: string): string => `source:${source}`;

const MAX_REMEMBERED = 20_000;
const remembered = new Map<string, QueueId | null>();

/** The queue that a key names, `null` for a source's. Thousands are asked for at each round: they are taken apart once. */
export function queueOfKey(key: string): QueueId | null {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const id = key.startsWith('source:') ? null : fromQueueKey(key);
  remembered.set(key, id);
  return id;
}

/** A case as the API shows it. `reason` says why it ended, if not by its value. */
export function toAlert(one: AlertCase, reason: string | null = null): Alert {
  const queue = queueOfKey(one.queueKey);
  return {
    id: one.id,
    rule: one.rule,
    severity: one.severity,
    queue,
    source: one.source,
    queueKey: one.queueKey,
    watch: one.watch,
    metric: one.metric,
    state: one.phase,
    since: one.since,
    firedAt: one.firedAt,
    resolvedAt: one.resolvedAt,
    value: one.value,
    threshold: one.threshold,
    isStale: one.staleSince !== null,
    sentence: sentenceOf(one, queue, reason),
    incidentId: one.incidentId,
  };
}

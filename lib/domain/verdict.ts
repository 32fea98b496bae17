import { z } from 'zod';

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export const severitySchema = z.enum(SEVERITIES);
export type Severity = z.infer<typeof severitySchema>;

/** What can be wrong with a queue, the deepest cause first: an earlier one may explain a later one. */
export const QUEUE_VERDICTS = [
  'queue-unavailable',
  'publishers-blocked',
  'paused-with-backlog',
  'dead-letters',
  'no-workers',
  'prefetch-limit',
  'redelivery-loop',
  'consumers-slow',
  'not-starting',
  'dead-worker',
  'loop-blocked',
  'stalled',
  'rate-limited',
  'poison-jobs',
  'retry-storm',
  'failing',
  'fewer-workers',
  'slow-handler',
  'running-long',
  'concurrency-limited',
  'starvation',
  'crowded-out',
  'under-provisioned',
  'burst',
  'delayed-due',
  'scheduler-missed',
  'silence',
  'oversized-payloads',
  'orphaned-ids',
  'growing-sets',
] as const;
export type QueueVerdictCode = (typeof QUEUE_VERDICTS)[number];

/** What can be wrong with a broker, for all of its queues. */
export const BROKER_VERDICTS = [
  'node-down',
  'resource-alarm',
  'broker-slow',
  'memory-near-limit',
  'eviction-policy',
] as const;
export type BrokerVerdictCode = (typeof BROKER_VERDICTS)[number];

export const VERDICT_CODES = [...BROKER_VERDICTS, ...QUEUE_VERDICTS] as const;
export const verdictCodeSchema = z.enum(VERDICT_CODES);
export type VerdictCode = z.infer<typeof verdictCodeSchema>;

/** `title`: the verdict as a heading. `many`: what is said of several queues (or brokers) that share it. */
export const VERDICT_WORDS: Record<VerdictCode, { title: string; many: string }> = {
  'node-down': { title: 'A node of RabbitMQ is down', many: 'have a node that is down' },
  'resource-alarm': { title: 'RabbitMQ is short of memory or disk', many: 'are short of memory or disk' },
  'broker-slow': { title: 'Redis answers late', many: 'answer late' },
  'memory-near-limit': { title: 'Redis runs out of memory', many: 'run out of memory' },
  'eviction-policy': { title: 'Redis may evict jobs', many: 'may evict jobs' },
  'queue-unavailable': { title: 'The queue is not available', many: 'are not available' },
  'publishers-blocked': { title: 'Publishers are stopped', many: 'get nothing: their publishers are stopped' },
  'paused-with-backlog': { title: 'Paused while jobs wait', many: 'are paused while jobs wait' },
  'dead-letters': { title: 'Dead letters pile up', many: 'fill with dead letters' },
  'no-workers': { title: 'No worker', many: 'have jobs that wait and no worker connected' },
  'prefetch-limit': { title: 'Consumers hold all they may', many: 'have consumers at their prefetch limit' },
  'redelivery-loop': { title: 'Redelivery loop', many: 'give the same messages out again and again' },
  'consumers-slow': { title: 'Consumers are seldom ready', many: 'have consumers that are seldom ready' },
  'not-starting': { title: 'Nothing is started', many: 'have waiting jobs and workers, but no job starts' },
  'dead-worker': { title: 'A worker died', many: 'have jobs whose worker died' },
  'loop-blocked': { title: 'Event loop blocked', many: 'have workers whose event loop is blocked' },
  stalled: { title: 'Jobs stall', many: 'have jobs that lost their worker' },
  'rate-limited': { title: 'The rate limit is the bottleneck', many: 'are held back by their rate limit' },
  'poison-jobs': { title: 'Poison jobs', many: 'have jobs that fail again and again' },
  'retry-storm': { title: 'Retry storm', many: 'spend their workers on attempts that fail' },
  failing: { title: 'Jobs fail', many: 'fail many of their jobs' },
  'fewer-workers': { title: 'Fewer workers than before', many: 'have fewer workers than before' },
  'slow-handler': { title: 'The handler is slow', many: 'have handlers that take longer than usual' },
  'running-long': { title: 'Jobs run far longer than usual', many: 'have jobs that run far longer than usual' },
  'concurrency-limited': {
    title: 'The concurrency limit is the bottleneck',
    many: 'are held back by their limit of concurrency',
  },
  starvation: { title: 'Jobs starve', many: 'have jobs that others overtake' },
  'crowded-out': { title: 'One kind of job crowds out the others', many: 'are crowded by one kind of job' },
  'under-provisioned': { title: 'Too few workers', many: 'get more jobs than they finish' },
  burst: { title: 'A burst that drains', many: 'work off a burst' },
  'delayed-due': { title: 'A pile of delayed jobs comes due', many: 'have a pile of delayed jobs coming due' },
  'scheduler-missed': { title: 'A scheduler did not fire', many: 'have schedulers that did not fire' },
  silence: { title: 'Silence', many: 'are silent where there is always traffic' },
  'oversized-payloads': { title: 'Oversized payloads', many: 'carry oversized payloads' },
  'orphaned-ids': { title: 'Orphaned ids', many: 'list jobs that do not exist' },
  'growing-sets': { title: 'Finished jobs are kept without end', many: 'keep finished jobs without end' },
};

/** Charts of a queue's page that can show a figure's course. */
export const VERDICT_CHARTS = ['depth', 'throughput', 'failed', 'run', 'wait', 'stalled', 'active'] as const;

/** `chart`: where the figure's course is to be seen, in the window that `verdictWindow` freezes. */
export const evidenceSchema = z.object({
  label: z.string(),
  value: z.string(),
  chart: z.enum(VERDICT_CHARTS).optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/**
 * What would help, in words. `action`: a queue action that the screen can offer as a button; `href`: the screen
 * (a path of Tailback) where it is to be done or seen.
 */
export const suggestionSchema = z.object({
  label: z.string(),
  action: z.string().optional(),
  href: z.string().optional(),
});
export type Suggestion = z.infer<typeof suggestionSchema>;

/** A symptom or a lesser cause that the verdict above it explains. */
export const underSchema = z.object({
  code: verdictCodeSchema,
  severity: severitySchema,
  since: z.number(),
  sentence: z.string(),
});

/** In a list of verdicts the first is the worst: order is rank. `info` is worth knowing and needs nobody. */
export const verdictSchema = z.object({
  code: verdictCodeSchema,
  severity: severitySchema,
  /** ms since the epoch at which the condition began, as far as it was seen. */
  since: z.number(),
  /** One plain sentence: what is wrong. Names in it may come from jobs: hostile. */
  sentence: z.string(),
  evidence: z.array(evidenceSchema),
  actions: z.array(suggestionSchema),
  /** What it explains, the deepest first. */
  under: z.array(underSchema).default([]),
});
export type Verdict = z.infer<typeof verdictSchema>;

const BEFORE_MS = 15 * 60_000;
const AFTER_MS = 15 * 60_000;
const LONGEST_MS = 24 * 3_600_000;

/**
 * The frozen window that shows how a verdict came about, ms since the epoch: from a quarter of an hour before it began
 * to `now`, at most a day, of a long story its beginning.
 */
export function verdictWindow({ since }: Pick<Verdict, 'since'>, now: number): { from: number; to: number } {
  const from = Math.max(0, since - BEFORE_MS);
  return { from, to: Math.max(from + AFTER_MS, Math.min(now, from + LONGEST_MS)) };
}

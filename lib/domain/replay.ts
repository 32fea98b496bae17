import { z } from 'zod';
import { alertRuleSchema } from './alert-rule';

/** Body of `POST /api/v1/alerts/replay`: what a rule would have done. */
export const replayRequestSchema = z.strictObject({
  rule: alertRuleSchema,
  /** Queues that were done by the pages before. */
  skip: z.number().int().min(0).max(100_000).default(0),
  /** Only this queue, with its course. */
  queue: z.string().min(1).max(2_000).optional(),
});

export const replayEpisodeSchema = z.object({
  /** ms since the epoch. */
  firedAt: z.number(),
  /** `null`: it would fire now. */
  resolvedAt: z.number().nullable(),
  /** The value farthest beyond the bound. */
  peak: z.number().nullable(),
});
export type ReplayEpisode = z.infer<typeof replayEpisodeSchema>;

const replayedQueueSchema = z.object({
  key: z.string(),
  label: z.string(),
  /** At most 100, the newest. */
  episodes: z.array(replayEpisodeSchema),
  fired: z.number(),
  firingMs: z.number(),
  /** Time of the range in which nothing is known of it. */
  unknownMs: z.number(),
});
export type ReplayedQueue = z.infer<typeof replayedQueueSchema>;

export const replaySchema = z.object({
  from: z.number(),
  to: z.number(),
  /** Queues that the rule covers and the caller sees; `done` of them with this page. */
  of: z.number(),
  done: z.number(),
  /** `skip` of the next page, `null` at the end. */
  next: z.number().nullable(),
  /** Those of this page for which it would have fired. */
  queues: z.array(replayedQueueSchema),
  /** Why the past cannot be replayed for this rule; `null` when it can. */
  cannot: z.string().nullable(),
  /** How exact it is. */
  resolution: z.string(),
  /** Of the one queue that was asked for: time and the highest (for `below`: the lowest) value of each step. */
  course: z.array(z.tuple([z.number(), z.number().nullable()])).nullable(),
});
export type Replay = z.infer<typeof replaySchema>;

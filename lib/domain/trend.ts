import { z } from 'zod';
import { unknowable } from './queue';

/** Minutes of backlog beside a queue's name. */
export const TREND_MINUTES = 30;
/** Queues that can be asked for at a time. */
export const MAX_TRENDS = 60;

/** One value a minute of [from, to), both ms since the epoch. */
export const trendsSchema = z.object({
  from: z.number(),
  to: z.number(),
  stepMs: z.number(),
  /** By a queue's key: its highest backlog of each minute, `null` where nobody looked. */
  trends: z.record(z.string(), z.array(unknowable)),
});
export type Trends = z.infer<typeof trendsSchema>;

import { z } from 'zod';
import { unknowable } from './queue';
import { holdVerdictSchema } from './stall';

export const activeJobSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  /** ms since its worker took it, by the clocks of worker and broker. */
  runningMs: unknowable,
  hasLock: z.boolean(),
  /** How long its lock still holds, ms; `null` when it is gone or has no end. */
  lockTtlMs: unknowable,
  verdict: holdVerdictSchema,
  /** One plain sentence: what that means, with the figures behind it. */
  sentence: z.string(),
  /** Name and address of its worker; `null` where that is not unambiguous. */
  worker: z.string().nullable(),
  /** 99 of 100 runs take at most so long, ms: of its name where enough are known, else of the queue. */
  usualMs: unknowable,
});
export type ActiveJob = z.infer<typeof activeJobSchema>;

export const activeCheckSchema = z.object({
  /** ms since the epoch. */
  at: z.number(),
  /** 99 of 100 runs of this queue take at most this long, ms; `null` when too little is known. */
  p99Ms: unknowable,
  /** Longest running first; at most 100. */
  jobs: z.array(activeJobSchema),
  /** There are more active jobs than were looked at. */
  isCut: z.boolean(),
});
export type ActiveCheck = z.infer<typeof activeCheckSchema>;

import { z } from 'zod';

/** Memory that a queue holds in its broker, by looking at a few jobs of each state. Bytes; times ms since the epoch. */
export const queueMemorySchema = z.object({
  at: z.number(),
  bytes: z.number(),
  /** By state, the most first. `bytesPerJob`: typical; `null` where no job could be looked at. */
  states: z.array(
    z.object({ state: z.string(), jobs: z.number(), bytes: z.number(), bytesPerJob: z.number().nullable() }),
  ),
  /** The stream of events; 0 where there is none. */
  eventBytes: z.number(),
  /** Bytes an hour, over the last minutes; `null` before it was looked at for long enough. */
  growthPerHour: z.number().nullable(),
});
export type QueueMemory = z.infer<typeof queueMemorySchema>;

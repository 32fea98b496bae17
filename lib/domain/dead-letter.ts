import { z } from 'zod';
import type { Move } from './action';
import { jsonValueSchema } from './json-value';

/** Names that people give to queues which nobody works on: what could not be processed is put there. */
const DEAD_LETTERS =
  /(^|[^a-z])(dlq|dlx|dead([^a-z]?letters?)?|graveyard|morgue|quarantine|undeliver(able|ed)|parking[^a-z]?lot|poison(ed)?)([^a-z]|$)/i;
const SUFFIX = '-dead-letter';

/** Whether a queue is for dead letters by its name. */
export function isDeadLetterName(name: string): boolean {
  return DEAD_LETTERS.test(name);
}

/** Where jobs of a queue are put that cannot be processed, unless another queue is named. */
export function deadLetterNameOf(queue: string): string {
  return `${queue}${SUFFIX}`;
}

/** The queue that jobs of a dead-letter queue came from, as far as its name tells; else `null`. */
export function originNameOf(deadLetterQueue: string): string | null {
  return deadLetterQueue.endsWith(SUFFIX) && deadLetterQueue.length > SUFFIX.length
    ? deadLetterQueue.slice(0, -SUFFIX.length)
    : null;
}

/** The other queue of a move where none is named; `null` where one must be. */
export function moveTargetOf(action: Move, queue: string): string | null {
  return action === 'dead-letter' ? deadLetterNameOf(queue) : originNameOf(queue);
}

/** Name of a queue that jobs are moved to. */
export const moveTargetSchema = z
  .string()
  .min(1)
  .max(512)
  .refine((name) => !/[:\u0000-\u001f]/.test(name), 'names of queues hold no colon and no control characters');

/**
 * The data of a job in a dead-letter queue: what it was, and where. Bringing it back makes a job with the same name, data
 * and options. Times in ms since the epoch; `stacktrace` as the library keeps it, one text an attempt.
 */
export const deadLetterSchema = z.object({
  deadLetter: z.object({
    version: z.literal(1),
    queue: z.string().min(1),
    jobId: z.string(),
    name: z.string().nullable(),
    options: z.record(z.string(), z.unknown()),
    failedReason: z.string().nullable(),
    stacktrace: z.array(z.unknown()),
    attemptsMade: z.number().nullable(),
    addedAt: z.number().nullable(),
    finishedAt: z.number().nullable(),
    movedAt: z.number(),
  }),
  data: jsonValueSchema,
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;

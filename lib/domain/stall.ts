import { z } from 'zod';

/**
 * What an active job's lock and its surroundings say. `lock-gone`: nobody renews its lock, and why cannot be proved.
 * `long`: held, but runs far longer than others of its name or queue.
 */
export const HOLD_VERDICTS = ['ok', 'long', 'worker-gone', 'loop-blocked', 'broker-slow', 'lock-gone'] as const;
export const holdVerdictSchema = z.enum(HOLD_VERDICTS);
export type HoldVerdict = z.infer<typeof holdVerdictSchema>;

/** A lock that its worker renews never falls short of this share of its time by more than a moment. */
export const LATE_SHARE = 0.6;

/** Why a job stalled: those verdicts that say that nobody holds it. */
export const STALL_CAUSES = ['worker-gone', 'loop-blocked', 'broker-slow', 'lock-gone'] as const;
export const stallCauseSchema = z.enum(STALL_CAUSES);
export type StallCause = z.infer<typeof stallCauseSchema>;

/** Stalls kept one by one of each queue, the newest, and how long (ms). */
export const MAX_STALLS = 100;
export const STALLS_KEPT_MS = 30 * 86_400_000;

export const stallSchema = z.object({
  /** ms since the epoch at which the library noticed it. */
  at: z.number(),
  jobId: z.string(),
  name: z.string().nullable(),
  cause: stallCauseSchema,
  /** One plain sentence with the figures that prove it. */
  sentence: z.string(),
  /** Name and address of its worker; `null` where that is not unambiguous. */
  worker: z.string().nullable(),
});
export type Stall = z.infer<typeof stallSchema>;

export const stallsSchema = z.object({
  /** Newest first; at most `MAX_STALLS`. */
  stalls: z.array(stallSchema),
});

export type Stalls = z.infer<typeof stallsSchema>;

/** Active jobs that were looked at because the one taken first does not end. */
export const activeTroubleSchema = z.object({
  lockGone: z.number(),
  long: z.number(),
  /** The worst of them, `null` where all are well. */
  worst: z
    .object({ jobId: z.string(), name: z.string().nullable(), verdict: holdVerdictSchema, sentence: z.string() })
    .nullable(),
  /** The one of several workers that holds all that run longest (two or more), where that can be told. */
  holder: z.object({ worker: z.string(), jobs: z.number() }).nullable().optional(),
});
export type ActiveTrouble = z.infer<typeof activeTroubleSchema>;

/** Stalls of the last minute whose cause was looked for. */
export const recentStallsSchema = z.object({
  causes: z.partialRecord(stallCauseSchema, z.number()),
  last: stallSchema,
});
export type RecentStalls = z.infer<typeof recentStallsSchema>;

/** A time in which a broker answered late or not at all. `at`: its end, ms since the epoch. */
export const slowSpellSchema = z.object({
  at: z.number(),
  ms: z.number(),
  /** The slowest command that its log has of that time, e.g. `KEYS`; `null` where it says nothing. */
  command: z.string().nullable(),
});
export type SlowSpell = z.infer<typeof slowSpellSchema>;

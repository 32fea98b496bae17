import { z } from 'zod';
import { roleSchema } from './permissions';

const MAX_MINUTES = 480;

/** A rule of the configuration file: who has `role` may raise it to `to` by themselves, for at most `minutes`. */
export const elevationRuleSchema = z.strictObject({
  role: roleSchema,
  to: roleSchema,
  minutes: z.int().min(1).max(MAX_MINUTES).default(30),
});
export type ElevationRule = z.infer<typeof elevationRuleSchema>;

/** A role that is raised now, in one session. Times in ms since the epoch. */
export const elevationSchema = z.object({
  from: roleSchema,
  to: roleSchema,
  reason: z.string(),
  startedAt: z.number(),
  until: z.number(),
});
export type Elevation = z.infer<typeof elevationSchema>;

export const elevationStateSchema = z.object({
  current: elevationSchema.nullable(),
  choices: z.array(elevationRuleSchema.pick({ to: true, minutes: true })),
  /** Whether the password is asked for once more. */
  needsPassword: z.boolean(),
});
export type ElevationState = z.infer<typeof elevationStateSchema>;

export const raiseSchema = z.strictObject({
  to: roleSchema,
  minutes: z.int().min(1).max(MAX_MINUTES),
  reason: z.string().trim().min(5, 'say in some words why').max(500),
  password: z.string().max(1_024).optional(),
});

/** What a role may be raised to. */
export function choicesOf(rules: readonly ElevationRule[], role: string): ElevationRule[] {
  return rules.filter((rule) => rule.role === role);
}

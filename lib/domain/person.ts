import { z } from 'zod';
import { grantSchema } from './access';
import { roleSchema } from './permissions';

/** Somebody who may sign in. Times in ms since the epoch. */
export const personSchema = z.object({
  email: z.string(),
  role: roleSchema,
  isDisabled: z.boolean(),
  createdAt: z.number(),
  hasPassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  /** Issuer that vouches for this person, `null` for accounts of Tailback's own. */
  issuer: z.string().nullable(),
  /** Sessions that are good now. */
  sessions: z.number(),
  lastSignInAt: z.number().nullable(),
});
export type Person = z.infer<typeof personSchema>;

export const roleViewSchema = z.object({
  name: roleSchema,
  isBuiltIn: z.boolean(),
  grants: z.array(grantSchema),
  redact: z.array(z.string()),
});

export const peopleSchema = z.object({ people: z.array(personSchema), roles: z.array(roleViewSchema) });
export type People = z.infer<typeof peopleSchema>;

const password = z.string().min(1).max(1_024);
export const newPersonSchema = z.strictObject({
  email: z.string().min(3).max(320),
  role: roleSchema,
  /** Absent: one is made and returned once. */
  password: password.optional(),
});
export const madePersonSchema = z.object({ email: z.string(), password: z.string().nullable() });

export const PERSON_ACTIONS = [
  'disable',
  'enable',
  'sign-out',
  'reset-password',
  'reset-second-factor',
  'remove',
] as const;
export const personActionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.enum(PERSON_ACTIONS) }),
  z.strictObject({ action: z.literal('set-role'), role: roleSchema }),
]);
/** `password`: the new one of `reset-password`, shown once. */
export const personActionResultSchema = z.object({ password: z.string().nullable() });

export const sessionSchema = z.object({
  id: z.string(),
  email: z.string(),
  at: z.number(),
  address: z.string(),
  agent: z.string(),
  /** The session of this very request. */
  isThis: z.boolean(),
});
export type Session = z.infer<typeof sessionSchema>;
export const sessionsSchema = z.object({ sessions: z.array(sessionSchema) });

export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
  lastAddress: z.string().nullable(),
});
export type ApiToken = z.infer<typeof tokenSchema>;
export const tokensSchema = z.object({ tokens: z.array(tokenSchema) });

export const newTokenSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,63}$/, 'use letters, digits, space, dot, dash and underscore, at most 64')
    .refine((name) => name !== 'TAILBACK_TOKEN', 'is the name of the token of the environment'),
  role: roleSchema,
  /** Days until it ends; `null`: never. */
  days: z.int().min(1).max(3_650).nullable(),
});
/** `token` is shown this once; only its hash is kept. */
export const madeTokenSchema = z.object({ id: z.string(), token: z.string() });

export const passwordChangeSchema = z.strictObject({ current: password, next: password });
export const secondFactorSchema = z.object({ secret: z.string(), uri: z.string() });
export const secondFactorConfirmSchema = z.strictObject({
  password,
  secret: z.string().regex(/^[A-Z2-7]{32}$/),
  code: z.string().max(20),
});
export const passwordOnlySchema = z.strictObject({ password });
/** What a person sees of their own account. */
export const accountSchema = z.object({
  hasPassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  issuer: z.string().nullable(),
});

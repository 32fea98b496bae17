import { z } from 'zod';

/** Whose actions: of people, or of programs with a token. */
export const AUDIT_BY = ['people', 'tokens'] as const;
export type AuditBy = (typeof AUDIT_BY)[number];

/** One line of the audit log: who did what to what, when, and whether it worked. */
export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.number(),
  actor: z.string(),
  role: z.string(),
  address: z.string(),
  action: z.string(),
  /** `source/namespace/name`, or what else was acted upon. */
  target: z.string(),
  /** Job ids, at most 20 named; `jobCount` says how many there were. */
  jobIds: z.array(z.string()),
  jobCount: z.number(),
  outcome: z.enum(['done', 'partly', 'refused', 'failed']),
  detail: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export const auditPageSchema = z.object({ entries: z.array(auditEntrySchema), nextCursor: z.string().nullable() });
export type AuditPage = z.infer<typeof auditPageSchema>;

import { z } from 'zod';

/** Whose actions: of people, or of programs with a token. */
export const AUDIT_BY = ['people', 'tokens'] as const;
export type AuditBy = (typeof AUDIT_BY)[number];

export const OUTCOMES = ['done', 'partly', 'refused', 'failed'] as const;

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
  outcome: z.enum(OUTCOMES),
  detail: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditPageSchema = z.object({
  entries: z.array(auditEntrySchema),
  /** With a filter, a page may be empty and still have one: the search stops after `scanned` entries. */
  nextCursor: z.string().nullable(),
  scanned: z.number(),
});
export type AuditPage = z.infer<typeof auditPageSchema>;

const part = z.string().min(1).max(200).optional();
const time = z.coerce.number().int().min(0).optional();

/** Which entries are meant; what is absent restricts nothing. Times in ms since the epoch, `to` exclusive. */
export const auditFilterSchema = z.object({
  actor: part,
  action: part,
  target: part,
  outcome: z.enum(OUTCOMES).optional(),
  from: time,
  to: time,
});
export type AuditFilter = z.infer<typeof auditFilterSchema>;

export const AUDIT_FORMATS = ['csv', 'ndjson'] as const;
/** What of the log is taken along, and how. */
export type AuditExport = { by: AuditBy; filter: AuditFilter; format: (typeof AUDIT_FORMATS)[number] };

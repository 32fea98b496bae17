import { createHash } from 'node:crypto';
import { z } from 'zod';
import { alertSchema } from '../domain/alert';
import { causeSchema, incidentEventSchema, type IncidentEvent } from '../domain/incident';
import { severitySchema } from '../domain/queue';

/** Members that are kept with what they were like at their end. */
export const MAX_PAST_MEMBERS = 50;
const FIRST_EVENTS = 20;
const MAX_EVENTS = 100;

/** An incident as the judge remembers it. Plain JSON: another collector goes on from it. Times are ms since the epoch. */
export const incidentRecordSchema = z.object({
  id: z.string(),
  cause: causeSchema,
  /** The gravest that it ever was, or was raised to. */
  severity: severitySchema,
  startedAt: z.number(),
  resolvedAt: z.number().nullable(),
  /** Rule that began it. */
  name: z.string(),
  rules: z.array(z.string()),
  /** Keys of all queues that were ever part of it, the first first, at most 5,000. */
  queueKeys: z.array(z.string()),
  memberCount: z.number(),
  /** Members that have ended, newest first. */
  past: z.array(alertSchema),
  events: z.array(incidentEventSchema),
  notifiedAt: z.number().nullable(),
  notifiedSeverity: severitySchema.nullable(),
  /** When anything was last told. */
  toldAt: z.number().nullable(),
  /** Notifications made so far: numbers their ids. */
  told: z.number(),
  /** Keys of the rules that have escalated it. */
  escalatedBy: z.array(z.string()),
  escalatedAt: z.number().nullable(),
  /** The acknowledgement (its time) that was told. */
  acknowledgedTold: z.number().nullable(),
  silence: z.object({ id: z.string(), until: z.number().nullable() }).nullable(),
});
export type IncidentRecord = z.infer<typeof incidentRecordSchema>;

/** The same for the same first member and beginning. */
export function incidentIdOf(caseId: string, startedAt: number): string {
  const digest = createHash('sha256').update(caseId).digest('base64url').slice(0, 10).replaceAll('-', 'x');
  return `${startedAt.toString(36)}-${digest}`;
}

/** When an incident of this id began, `null` for what is no such id. */
export function startOfId(id: string): number | null {
  const match = /^([0-9a-z]{6,12})-[\w-]{1,32}$/.exec(id);
  const at = match ? parseInt(match[1] ?? '', 36) : NaN;
  return Number.isSafeInteger(at) ? at : null;
}

/** Adds lines to the course; of very long ones the beginning and the end are kept. */
export function withEvents(record: IncidentRecord, events: readonly IncidentEvent[]): IncidentRecord {
  if (events.length === 0) return record;
  const kept = [...record.events];
  for (const event of events) addEvent(kept, event);
  return { ...record, events: kept };
}

/** The same in place. */
export function addEvent(events: IncidentEvent[], event: IncidentEvent): void {
  if (events.length >= MAX_EVENTS) events.splice(FIRST_EVENTS, events.length - MAX_EVENTS + 1);
  events.push(event);
}

export function eventOf(
  at: number,
  kind: IncidentEvent['kind'],
  text: string,
  queueKey: string | null = null,
): IncidentEvent {
  return { at, kind, text, by: null, queueKey };
}

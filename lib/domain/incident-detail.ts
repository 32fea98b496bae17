import { z } from 'zod';
import { alertSchema } from './alert';
import { incidentEventSchema, incidentSchema } from './incident';

/** `GET /api/v1/alerts/incidents/{id}`. */
export const incidentDetailSchema = z.object({
  incident: incidentSchema,
  /** Its alerts, the gravest first: those that fire, and the last of those that have ended. */
  members: z.array(alertSchema),
  /** Its course, oldest first: what was seen, told, and said by people. */
  events: z.array(incidentEventSchema),
  /** The time that shows how it came about and ended, ms since the epoch. */
  window: z.object({ from: z.number(), to: z.number() }),
  /** What to do, as the rules that fired say it. */
  notes: z.array(z.object({ rule: z.string(), note: z.string() })),
});
export type IncidentDetail = z.infer<typeof incidentDetailSchema>;

/** Incidents that have ended, newest first. */
export const incidentPageSchema = z.object({
  incidents: z.array(incidentSchema),
  /** To be given for the next page; `null` at the end. */
  nextCursor: z.string().nullable(),
});
export type IncidentPage = z.infer<typeof incidentPageSchema>;

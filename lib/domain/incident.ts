import { z } from 'zod';
import { queueIdSchema, severitySchema } from './queue';

/**
 * What the members of an incident have in common: one queue; one cause that a verdict names at several queues of a
 * source; one rule that many queues of a source broke at once; a source that does not answer; a broker.
 */
export const causeSchema = z.object({
  kind: z.enum(['queue', 'verdict', 'rule', 'source-down', 'broker']),
  source: z.string(),
  /** Of the first member; of the only one for `queue`. */
  queueKey: z.string().nullable(),
  /** Code of the verdict that explains it, where one does. */
  code: z.string().nullable(),
});
export type Cause = z.infer<typeof causeSchema>;

export const INCIDENT_EVENTS = [
  'fired',
  'joined',
  'left',
  'worsened',
  'silenced',
  'silence-ended',
  'escalated',
  'acknowledged',
  'unacknowledged',
  'snoozed',
  'snooze-ended',
  'note',
  'resolved',
] as const;
/** One line of an incident's course. */
export const incidentEventSchema = z.object({
  at: z.number(),
  kind: z.enum(INCIDENT_EVENTS),
  text: z.string(),
  /** Who, where a person did it. */
  by: z.string().nullable(),
  /** The member that it is about. */
  queueKey: z.string().nullable(),
});
export type IncidentEvent = z.infer<typeof incidentEventSchema>;

/** What people said of an incident. */
export const careSchema = z.object({
  acknowledged: z.object({ by: z.string(), at: z.number(), note: z.string().nullable() }).nullable(),
  /** Nobody is told of it before `until` (ms); if it still fires then, they are. */
  snoozed: z.object({ until: z.number(), by: z.string(), at: z.number() }).nullable(),
  /** Newest last, at most 50. */
  events: z.array(incidentEventSchema),
});
export type Care = z.infer<typeof careSchema>;
export const NO_CARE: Care = { acknowledged: null, snoozed: null, events: [] };

/** One thing that is wrong, with all alerts that are symptoms of it: people are told of it once. */
export const incidentSchema = z.object({
  id: z.string(),
  cause: causeSchema,
  severity: severitySchema,
  state: z.enum(['firing', 'resolved']),
  /** One sentence: what is wrong, and where. */
  sentence: z.string(),
  /** When its first member fired (ms). */
  startedAt: z.number(),
  resolvedAt: z.number().nullable(),
  rules: z.array(z.string()),
  /** Queues of its members, the gravest first, at most 50; empty when it is about a whole source. */
  queues: z.array(z.object({ key: z.string(), id: queueIdSchema })),
  queueCount: z.number(),
  /** Members that ever joined, and those that fire now. */
  memberCount: z.number(),
  firingCount: z.number(),
  /** When people were first told; `null`: nobody was. */
  notifiedAt: z.number().nullable(),
  escalatedAt: z.number().nullable(),
  /** The silence that keeps it quiet now. */
  silence: z.object({ id: z.string(), until: z.number().nullable() }).nullable(),
  acknowledged: careSchema.shape.acknowledged,
  snoozed: careSchema.shape.snoozed,
});
export type Incident = z.infer<typeof incidentSchema>;

/** Body of `POST /api/v1/alerts/incidents/{id}/actions`. */
export const incidentActionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('acknowledge'), note: z.string().trim().max(1_000).optional() }),
  z.strictObject({ action: z.literal('unacknowledge') }),
  z.strictObject({ action: z.literal('snooze'), until: z.number().int().min(0) }),
  z.strictObject({ action: z.literal('unsnooze') }),
  z.strictObject({ action: z.literal('note'), text: z.string().trim().min(1).max(1_000) }),
]);
export type IncidentAction = z.infer<typeof incidentActionSchema>;

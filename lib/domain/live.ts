import { z } from 'zod';
import { alertsSchema } from './alert';
import { brokersSchema } from './broker';
import { operationSchema } from './operation';
import { queueSchema, snapshotSchema } from './queue';

/** Events of `GET /api/v1/stream`, by SSE event name. */
export const liveEventSchemas = {
  /** All queues. Sent first, and again when a `Last-Event-ID` is too old to resume from. */
  snapshot: snapshotSchema,
  /** Queues that changed since the event before. */
  changes: z.object({ at: z.number(), queues: z.array(queueSchema) }),
  /** Keys of queues that no longer exist. */
  removed: z.object({ at: z.number(), keys: z.array(z.string()) }),
  alerts: alertsSchema,
  /** An operation that changed; on connecting, one event for each that is under way. */
  operation: operationSchema,
  brokers: brokersSchema,
  /** The server ends the stream: `session-ended` (sign in again) or `shutdown` (reconnect). */
  bye: z.object({ reason: z.enum(['session-ended', 'role-changed', 'shutdown', 'slow']) }),
} as const;
export type LiveEventName = keyof typeof liveEventSchemas;
export type LiveEvent = {
  [N in LiveEventName]: { event: N; data: z.infer<(typeof liveEventSchemas)[N]> };
}[LiveEventName];

import { z } from 'zod';
import { queueIdSchema, unknowable } from './queue';

/** Workers that are named one by one, of all sources; beyond it they are counted only. */
export const MAX_WORKERS = 2_000;

/** One connection by which a worker takes jobs, as the broker lists it. Its texts come from the worker's side: hostile. */
export const workerSchema = z.object({
  /** The broker's number of the connection. */
  id: z.string(),
  queue: queueIdSchema,
  queueKey: z.string(),
  /** What the worker calls itself; `null` where it has no name. */
  name: z.string().nullable(),
  /** Address and port as the broker sees them, and the address alone. */
  address: z.string(),
  host: z.string(),
  /** ms since the epoch. */
  connectedAt: z.number(),
  /** ms since its last command; `null` where the broker does not tell. */
  idleMs: unknowable,
  /** In the broker's words, e.g. `bzpopmin`. */
  lastCommand: z.string().nullable(),
  /** The connection waits inside a command, as workers do that wait for a job. */
  isWaiting: z.boolean(),
  /** What the connection's client library says of itself, e.g. `ioredis 5.4.1`; `null` where it says nothing. */
  client: z.string().nullable(),
  /** RabbitMQ: one consumer on a channel of the connection. */
  consumer: z
    .object({
      tag: z.string(),
      channel: z.string().nullable(),
      user: z.string().nullable(),
      /** Messages that it may hold unacknowledged; 0: without a limit. */
      prefetch: unknowable,
      needsAck: z.boolean(),
      /** The one that gets messages, of a queue with a single active consumer. */
      isActive: z.boolean(),
    })
    .optional(),
});
export type Worker = z.infer<typeof workerSchema>;

/** Workers that left are named one by one for a quarter of an hour, the newest of each source. */
export const MAX_DEPARTURES = 200;

/** A worker's connection that was there at `seenAt` and was missed at `leftAt`, ms since the epoch. */
export const departureSchema = workerSchema
  .pick({ id: true, queueKey: true, name: true, address: true, host: true, connectedAt: true })
  .extend({ seenAt: z.number(), leftAt: z.number() });
export type Departure = z.infer<typeof departureSchema>;

/** Workers of one source. `workers` is `null` where the broker does not tell, and `reason` says why. */
export const sourceWorkersSchema = z.object({
  source: z.string(),
  /** When the list was read, ms since the epoch. */
  at: z.number(),
  reason: z.string().nullable(),
  /** All worker connections, also those that are not named. */
  total: unknowable,
  workers: z.array(workerSchema).nullable(),
  /** Who left, oldest first, and since when leaving was watched for. */
  left: z.array(departureSchema).optional(),
  since: z.number().optional(),
});
export type SourceWorkers = z.infer<typeof sourceWorkersSchema>;

export const workersSchema = z.object({
  sources: z.array(sourceWorkersSchema),
});

/** What `GET /api/v1/workers` answers: the same, summed by queue and host too. */
export const workersViewSchema = workersSchema.extend({
  at: z.number(),
  groups: z.array(
    z.object({
      source: z.string(),
      queue: queueIdSchema,
      queueKey: z.string(),
      /** Library by the kind of the queue; `null` while the queue is not known. */
      library: z.string().nullable(),
      host: z.string(),
      connections: z.number(),
    }),
  ),
});
export type WorkersView = z.infer<typeof workersViewSchema>;

import { z } from 'zod';

const unknowable = z.number().nullable();

/** Why a broker tells no totals. What was counted in that time is kept as zero, with this reason beside it. */
export const UNCOUNTED = {
  noStatistics:
    'Statistics are switched off in this RabbitMQ (management_agent.disable_metrics_collector or management.disable_stats): rates, consumers and memory are unknown.',
  noRates: 'This RabbitMQ keeps no message rates (management.rates_mode = none): what came in and went out is unknown.',
} as const;

/** What only a RabbitMQ queue has. Rates are messages per second over the last tick (5 s), by our own differences. */
export const rabbitQueueSchema = z.object({
  /** `classic`, `quorum` or `stream`. */
  type: z.string(),
  /** The broker's word: `running`, `flow`, `down`, `minority` …; `null` where it does not tell. */
  state: z.string().nullable(),
  /** Node that holds it, or its leader. */
  node: z.string().nullable(),
  durable: z.boolean(),
  policy: z.string().nullable(),
  /** Ready and unacknowledged together; of a stream, the messages that it keeps. */
  messages: unknowable,
  messageBytes: unknowable,
  memoryBytes: unknowable,
  /** Share of the time in which its consumers could take a message at once, 0–1; `null` without consumers or statistics. */
  consumerUtilisation: unknowable,
  /** Messages that all consumers together may hold unacknowledged; `null` where one has no limit, or it is not known. */
  prefetch: unknowable,
  rates: z.object({ publish: unknowable, deliver: unknowable, ack: unknowable, redeliver: unknowable }),
  /** Where rejected and expired messages go; `null`: they are lost. */
  deadLetter: z.object({ exchange: z.string(), routingKey: z.string().nullable() }).nullable(),
  /** Queues of the virtual host whose dead letters come here, at most 20. */
  deadLettersOf: z.array(z.string()),
  /** Deliveries after which a quorum queue gives a message up; `null` without a limit. */
  deliveryLimit: unknowable,
  /** Why publishers are stopped, in a sentence; `null` while they are not. */
  blocked: z.string().nullable(),
  /** Why figures are unknown, in a sentence; `null` where the broker tells all. */
  unknownBecause: z.string().nullable(),
});
export type RabbitQueue = z.infer<typeof rabbitQueueSchema>;

/** State of a RabbitMQ as a whole. */
export const rabbitBrokerSchema = z.object({
  cluster: z.string().nullable(),
  nodes: z.array(
    z.object({
      name: z.string(),
      isRunning: z.boolean(),
      memUsedBytes: unknowable,
      memLimitBytes: unknowable,
      hasMemoryAlarm: z.boolean(),
      diskFreeBytes: unknowable,
      diskLimitBytes: unknowable,
      hasDiskAlarm: z.boolean(),
      filesUsed: unknowable,
      filesTotal: unknowable,
      uptimeMs: unknowable,
      /** Nodes that it lost sight of. */
      partitions: z.array(z.string()),
    }),
  ),
  /** Messages per second that no queue took: given back to their publishers, or dropped. */
  returnedPerSecond: unknowable,
  droppedPerSecond: unknowable,
  /** Publishing connections that the broker has stopped; `null` where it does not tell. */
  blockedConnections: unknowable,
  consumers: unknowable,
  user: z.object({ name: z.string(), tags: z.array(z.string()) }).nullable(),
  /** Whether AMQP is configured and answers; `error` is for people. */
  amqp: z.object({ address: z.string(), error: z.string().nullable() }).nullable(),
  /** What is not known, or cannot be done, and why: one sentence each. */
  limits: z.array(z.string()),
});
export type RabbitBroker = z.infer<typeof rabbitBrokerSchema>;

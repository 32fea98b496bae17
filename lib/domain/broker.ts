import { z } from 'zod';
import { unknowable } from './queue';
import { rabbitBrokerSchema } from './rabbit';
import { slowSpellSchema } from './stall';
import { verdictSchema } from './verdict';

/** The servers behind one source: the master that Sentinels name, or a Cluster's masters. */
export const brokerTopologySchema = z.object({
  kind: z.enum(['sentinel', 'cluster']),
  servers: z.array(
    z.object({
      /** host:port */
      address: z.string(),
      /** Why it does not answer, `null` while it does. */
      error: z.string().nullable(),
      runId: z.string().nullable(),
      usedMemoryBytes: unknowable,
      maxMemoryBytes: unknowable,
      connectedClients: unknowable,
      /** Watched queues that it holds. */
      queues: unknowable,
    }),
  ),
});
export type BrokerTopology = z.infer<typeof brokerTopologySchema>;

/** A command that a broker spent `share` (0–1) of its time on lately, `callMs` a call: everybody waits for each of them. */
export const heavyCommandSchema = z.object({ command: z.string(), share: z.number(), callMs: z.number() });
export type HeavyCommand = z.infer<typeof heavyCommandSchema>;

/** State of one source as the collector sees it, and of the collector itself. */
export const brokerSchema = z.object({
  source: z.string(),
  kind: z.enum(['redis', 'rabbitmq']),
  /** Address without credentials. */
  address: z.string(),
  state: z.enum(['up', 'down', 'connecting']),
  /** ms since the epoch at which `state` began. */
  since: z.number(),
  /** What went wrong, in the driver's words; `null` while up. */
  error: z.string().nullable(),
  version: z.string().nullable(),
  /** Changes with every start of the broker; absent or `null` where it does not tell. */
  runId: z.string().nullable().optional(),
  /** ms since the epoch, good to some seconds. */
  startedAt: unknowable.optional(),
  usedMemoryBytes: unknowable,
  maxMemoryBytes: unknowable,
  /** Of the machine, as the broker sees it; absent or `null` where it does not tell, and in a Cluster. */
  machineMemoryBytes: unknowable.optional(),
  evictionPolicy: z.string().nullable(),
  connectedClients: unknowable,
  /** Round trip of the last snapshot in ms. */
  readMs: unknowable,
  queues: unknowable,
  /** Discovery by scanning: share of the keyspace seen in the running pass, 0–1, and when the last pass ended. */
  scan: z.object({ progress: unknowable, lastCompletedAt: unknowable, keys: unknowable }),
  /** Absent where one server is all there is. */
  topology: brokerTopologySchema.optional(),
  /** Only of RabbitMQ. */
  rabbit: rabbitBrokerSchema.optional(),
  /** When it answered late or not at all in the last quarter of an hour, oldest first. */
  slowSpells: z.array(slowSpellSchema).optional(),
  /** What keeps it from answering everybody else; `null` where nothing does. */
  heavyCommand: heavyCommandSchema.nullable().optional(),
  /** What is wrong with it for all of its queues, the worst first. */
  verdicts: z.array(verdictSchema).optional(),
  /** What Tailback itself costs this broker, an estimate from its commandstats. */
  ownCost: z.object({ commandsPerSecond: unknowable, cpuPercent: unknowable }),
});
export type Broker = z.infer<typeof brokerSchema>;

export const brokersSchema = z.object({
  at: z.number(),
  /** The store and the collector: whether what is shown is current. */
  store: z.object({ state: z.enum(['up', 'down']), since: z.number(), error: z.string().nullable() }),
  collector: z.object({
    state: z.enum(['live', 'late', 'none']),
    /** ms since the epoch of its last sign of life, `null` when none was ever seen. */
    lastSeenAt: z.number().nullable(),
    /** Host and process id of the one that writes. */
    holder: z.string().nullable(),
  }),
  /** Why history is not being written, `null` while it is. */
  historyPaused: z.string().nullable().optional(),
  brokers: z.array(brokerSchema),
});
export type Brokers = z.infer<typeof brokersSchema>;

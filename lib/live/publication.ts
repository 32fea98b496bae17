import { z } from 'zod';
import { alertsSchema } from '../domain/alert';
import { brokerSchema } from '../domain/broker';
import { queueSchema } from '../domain/queue';
import { queueTotalsSchema } from '../domain/totals';
import { sourceWorkersSchema } from '../domain/worker';

/** What the collector says once a second on the store's channel; everything that web processes show comes from it. */
export const publicationSchema = z.object({
  /** Fencing token of the collector that writes: changes with it. */
  epoch: z.number(),
  /** Grows by one with each publication of an epoch. */
  seq: z.number(),
  at: z.number(),
  holder: z.string(),
  changes: z.array(queueSchema),
  removed: z.array(z.string()),
  brokers: z.array(brokerSchema).optional(),
  alerts: alertsSchema.optional(),
  /** Connected workers, when somebody came, went or does something else; at most every 5 s. */
  workers: z.array(sourceWorkersSchema).optional(),
  /** Running totals that changed, by queue key; every 5 s. */
  totals: z.record(z.string(), queueTotalsSchema).optional(),
  /** Why history is not being written, when it is not. */
  historyPaused: z.string().nullable(),
});
export type Publication = z.infer<typeof publicationSchema>;

/** Kept in the store for processes that start later. */
export const liveMetaSchema = publicationSchema.pick({
  epoch: true,
  seq: true,
  at: true,
  holder: true,
  historyPaused: true,
});
export type LiveMeta = z.infer<typeof liveMetaSchema>;

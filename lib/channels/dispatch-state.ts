import { z } from 'zod';
import { notificationSchema } from '../domain/notification';
import { outboxEntrySchema } from './outbox';

/** What happened to a channel's deliveries. Times are ms since the epoch. */
export const channelResultSchema = z.object({
  lastSentAt: z.number().nullable(),
  lastError: z.string().nullable(),
  failingSince: z.number().nullable(),
  lost: z.number(),
  /** The incident by which the other channels were told that this one is down. */
  reported: z.string().nullable(),
  /** When what is open was last repeated. */
  repeatedAt: z.number().nullable(),
});
export type ChannelResult = z.infer<typeof channelResultSchema>;

/** All that the next collector needs to neither repeat nor lose a notification. Plain JSON. */
export const dispatchStateSchema = z.object({
  outbox: z.array(outboxEntrySchema),
  /** The newest notification of each open incident, and who was told of it. */
  open: z.array(z.object({ notification: notificationSchema, told: z.array(z.string()) })),
  /** By channel key. */
  results: z.array(z.tuple([z.string(), channelResultSchema])),
});
export type DispatchState = z.infer<typeof dispatchStateSchema>;

export const EMPTY_DISPATCH: DispatchState = { outbox: [], open: [], results: [] };
export const NEVER: ChannelResult = {
  lastSentAt: null,
  lastError: null,
  failingSince: null,
  lost: 0,
  reported: null,
  repeatedAt: null,
};

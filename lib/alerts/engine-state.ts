import { z } from 'zod';
import { alertSchema } from '../domain/alert';
import { incidentSchema } from './incident';
import { notificationSchema } from './outbox';

/** Last delivery of a channel. */
export const channelResultSchema = z.object({ lastError: z.string().nullable(), lastSentAt: z.number().nullable() });
export type ChannelResult = z.infer<typeof channelResultSchema>;

/** All that the next collector needs to neither repeat nor lose a notification. */
const engineStateSchema = z.object({
  version: z.literal(1),
  checkedAt: z.number().nullable(),
  incidents: z.array(incidentSchema),
  /** Newest first. */
  resolved: z.array(alertSchema),
  outbox: z.array(notificationSchema),
  /** By channel key. */
  channels: z.array(z.tuple([z.string(), channelResultSchema])),
});
export type EngineState = z.infer<typeof engineStateSchema>;

export const EMPTY_STATE: EngineState = {
  version: 1,
  checkedAt: null,
  incidents: [],
  resolved: [],
  outbox: [],
  channels: [],
};

/** @throws when `text` is not a state of this version */
export function parseState(text: string): EngineState {
  return engineStateSchema.parse(JSON.parse(text));
}

import { z } from 'zod';
import { dispatchStateSchema, EMPTY_DISPATCH } from '../channels/dispatch-state';
import { alertSchema } from '../domain/alert';
import { incidentSchema } from '../domain/incident';
import { alertCaseSchema } from './alert-case';
import { incidentRecordSchema } from './incident-record';

/** All that the next collector needs to neither repeat nor lose a notification. */
export const engineStateSchema = z.object({
  version: z.literal(3),
  checkedAt: z.number().nullable(),
  cases: z.array(alertCaseSchema),
  incidents: z.array(incidentRecordSchema),
  /** Alerts and incidents that have ended lately, newest first. */
  resolved: z.array(alertSchema),
  ended: z.array(incidentSchema),
  /** What the channels have not taken yet. */
  dispatch: dispatchStateSchema,
});
export type EngineState = z.infer<typeof engineStateSchema>;

export const EMPTY_STATE: EngineState = {
  version: 3,
  checkedAt: null,
  cases: [],
  incidents: [],
  resolved: [],
  ended: [],
  dispatch: EMPTY_DISPATCH,
};

/** @throws when `text` is not a state of this version */
export function parseState(text: string): EngineState {
  return engineStateSchema.parse(JSON.parse(text));
}

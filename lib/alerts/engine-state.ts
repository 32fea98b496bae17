import { z } from 'zod';
import { dispatchStateSchema, EMPTY_DISPATCH } from '../channels/dispatch-state';
import { alertSchema } from '../domain/alert';
import { incidentSchema } from './incident';

/** All that the next collector needs to neither repeat nor lose a notification. */
const engineStateSchema = z.object({
  version: z.literal(2),
  checkedAt: z.number().nullable(),
  incidents: z.array(incidentSchema),
  /** Newest first. */
  resolved: z.array(alertSchema),
  /** What the channels have not taken yet. */
  dispatch: dispatchStateSchema,
});
export type EngineState = z.infer<typeof engineStateSchema>;

export const EMPTY_STATE: EngineState = {
  version: 2,
  checkedAt: null,
  incidents: [],
  resolved: [],
  dispatch: EMPTY_DISPATCH,
};

/** @throws when `text` is not a state of this version */
export function parseState(text: string): EngineState {
  const state: unknown = JSON.parse(text);
  return engineStateSchema.parse(isVersionOne(state) ? { ...state, version: 2, dispatch: EMPTY_DISPATCH } : state);
}

/** Incidents go on; what waited for a channel then has another shape and is not sent any more. */
function isVersionOne(state: unknown): state is object {
  return typeof state === 'object' && state !== null && 'version' in state && state.version === 1;
}

import type { Care } from '../domain/incident';
import type { IncidentDetail } from '../domain/incident-detail';
import { inOrder } from '../domain/incident-words';
import type { Redis } from '../redis/connection';
import { keys } from '../store/keys';
import { toAlert } from './alert-case';
import type { EngineState } from './engine-state';
import type { PastIncident } from './history-store';
import { toIncident } from './to-incident';

const MARGIN_MS = 15 * 60_000;

/** An incident that is open, out of what the collector stored with its last round; `null` when there is none. @throws when the store does not answer */
export async function readOpenIncident(store: Redis, id: string, care: Care): Promise<PastIncident | null> {
  const text = await store.get(keys.alertState);
  // Written by the collector of the same version: it is not checked again.
  const state = text === null ? null : (JSON.parse(text) as Partial<EngineState>);
  const record = state?.incidents?.find((one) => one.id === id);
  if (!record) return null;
  const firing = (state?.cases ?? []).filter(({ incidentId, phase }) => incidentId === id && phase === 'firing');
  const alerts = firing.map((one) => toAlert(one));
  return { incident: toIncident(record, alerts, care), members: [...alerts, ...record.past], events: record.events };
}

/** An incident with all that is known of it: what was judged, and what people said. `now`: ms. */
export function toDetail(
  { incident, members, events }: PastIncident,
  care: Care,
  now: number,
): Omit<IncidentDetail, 'notes'> {
  const ordered = inOrder(members);
  const since = Math.min(incident.startedAt, ...ordered.map((one) => one.since));
  return {
    incident: { ...incident, acknowledged: care.acknowledged, snoozed: care.snoozed },
    members: ordered,
    events: [...events, ...care.events].sort((a, b) => a.at - b.at),
    window: { from: since - MARGIN_MS, to: (incident.resolvedAt ?? now) + MARGIN_MS },
  };
}

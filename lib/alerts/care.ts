import type { Care, IncidentAction, IncidentEvent } from '../domain/incident';

const MAX_EVENTS = 50;

/** What is said of an incident after somebody said something of it. Pure; `now`: ms. */
export function withAction(care: Care, action: IncidentAction, by: string, now: number): Care {
  const line = (kind: IncidentEvent['kind'], text: string): IncidentEvent[] =>
    [...care.events, { at: now, kind, text, by, queueKey: null }].slice(-MAX_EVENTS);
  switch (action.action) {
    case 'acknowledge': {
      const note = action.note || null;
      return { ...care, acknowledged: { by, at: now, note }, events: line('acknowledged', note ?? '') };
    }
    case 'unacknowledge':
      return { ...care, acknowledged: null, events: line('unacknowledged', '') };
    case 'snooze': {
      const until = new Date(action.until).toISOString().slice(0, 16).replace('T', ' ');
      return { ...care, snoozed: { until: action.until, by, at: now }, events: line('snoozed', `until ${until} UTC`) };
    }
    case 'unsnooze':
      return { ...care, snoozed: null, events: line('snooze-ended', '') };
    case 'note':
      return { ...care, events: line('note', action.text) };
  }
}

'use client';
import type { IncidentEvent } from '@/lib/domain/incident';
import { Clock } from '../shell/time';
import { JobLine } from '../ui/job-text';

const WORDS: Record<IncidentEvent['kind'], string> = {
  fired: 'fired',
  joined: 'another symptom',
  left: 'symptom ended',
  worsened: 'got graver',
  silenced: 'silenced',
  'silence-ended': 'silence over',
  escalated: 'escalated',
  acknowledged: 'acknowledged',
  unacknowledged: 'handed back',
  snoozed: 'snoozed',
  'snooze-ended': 'snooze ended',
  note: 'note',
  resolved: 'over',
};

/** How an incident went, oldest first. */
export function IncidentCourse({ events }: { events: readonly IncidentEvent[] }) {
  return (
    <ol className="divide-y divide-line text-sm">
      {events.map(({ at, kind, text, by }, index) => (
        <li key={`${at}${index}`} className="flex gap-3 px-3 py-1.5 md:px-4">
          <span className="w-20 shrink-0 text-xs text-ink-3 tabular-nums">
            <Clock at={at} />
          </span>
          <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
            <span className="font-medium">{WORDS[kind]}</span>
            {by !== null && (
              <>
                {' by '}
                <JobLine>{by}</JobLine>
              </>
            )}
            {text !== '' && (
              <>
                {': '}
                <JobLine className="text-ink-2">{text}</JobLine>
              </>
            )}
          </p>
        </li>
      ))}
    </ol>
  );
}

'use client';
import type { Session } from '@/lib/domain/person';
import { Ago } from '../shell/time';
import { Button } from '../ui/button';
import { JobLine } from '../ui/job-text';
import { browserWords } from './browser-words';

type Props = { sessions: readonly Session[]; endingId: string | null; onEnd(id: string): void };

/** Sessions with where from and with what, newest first. */
export function SessionList({ sessions, endingId, onEnd }: Props) {
  if (sessions.length === 0) return <p className="py-2 text-sm text-ink-3">No session.</p>;
  return (
    <ul className="divide-y divide-line text-sm" aria-label="Sessions">
      {sessions.map(({ id, at, address, agent, isThis }) => (
        <li key={id} className="flex items-center gap-3 py-2">
          <div className="min-w-0 flex-1">
            <p className="truncate" title={agent}>
              <JobLine>{browserWords(agent)}</JobLine>
              {isThis && <span className="ml-2 text-xs text-accent">this one</span>}
            </p>
            <p className="text-xs text-ink-3">
              from <JobLine>{address}</JobLine>, signed in <Ago at={at} />
            </p>
          </div>
          <Button size="sm" disabled={endingId === id} onClick={() => onEnd(id)}>
            End
          </Button>
        </li>
      ))}
    </ul>
  );
}

'use client';
import Link from 'next/link';
import type { Incident } from '@/lib/domain/incident';
import { formatDuration } from '../format/duration';
import { incidentHref } from '../format/hrefs';
import { plural } from '../format/number';
import { Lasting } from '../shell/lasting';
import { SeverityIcon } from '../shell/severity';
import { Ago } from '../shell/time';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { IncidentActions } from './incident-actions';
import { IncidentFacts } from './incident-facts';

/** One incident in a list: what is wrong, since when, who is on it, and what one can do. */
export function IncidentRow({ incident }: { incident: Incident }) {
  const { id, severity, sentence, startedAt, resolvedAt, rules, memberCount, state } = incident;
  const isOver = state === 'resolved';
  return (
    <li
      className={cn(
        'flex flex-wrap items-start gap-x-3 gap-y-2 px-3 py-2 hover:bg-hover md:flex-nowrap md:px-4',
        isOver && 'text-ink-2',
      )}
    >
      <span className="mt-0.5">
        <SeverityIcon severity={severity} />
      </span>
      <div className="min-w-0 flex-1 basis-64">
        <p>
          <Link href={incidentHref(id)} prefetch={false} className="link font-medium [overflow-wrap:anywhere]">
            <JobLine>{sentence}</JobLine>
          </Link>
        </p>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-3">
          <span>
            {isOver && resolvedAt !== null ? (
              <>
                ended <Ago at={resolvedAt} /> after {formatDuration(Math.max(0, resolvedAt - startedAt))}
              </>
            ) : (
              <>
                firing <Lasting since={startedAt} />
              </>
            )}
          </span>
          <JobLine className="[overflow-wrap:anywhere]">{rules.join(', ')}</JobLine>
          {memberCount > 1 && <span>{plural(memberCount, 'symptom')}</span>}
          <IncidentFacts incident={incident} />
        </p>
      </div>
      {!isOver && (
        <div className="max-md:pl-7">
          <IncidentActions incident={incident} />
        </div>
      )}
    </li>
  );
}

'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { stallsSchema, type Stall } from '@/lib/domain/stall';
import { apiGet } from '../api/client';
import { sentenceOf } from '../api/problem';
import { jobsHref } from '../format/hrefs';
import { formatCount, plural } from '../format/number';
import { Ago } from '../shell/time';
import { Button } from '../ui/button';
import { JobLine } from '../ui/job-text';
import { VERDICT_LABELS } from './active-verdicts';
import { groupStalls, type StallGroup } from './stall-groups';

const REFETCH_MS = 10_000;
const SHOWN = 8;
const NAMED = 4;

/** The newest stalls of a queue, each with its cause, and who and what they concern most. */
export function RecentStalls({ queueKey }: { queueKey: string }) {
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['stalls', queueKey],
    queryFn: ({ signal }) => apiGet(`/queues/${queueKey}/stalls`, stallsSchema, { signal }),
    refetchInterval: REFETCH_MS,
  });
  const stalls = data?.stalls ?? [];
  // A queue in which nothing ever stalled needs no room for it.
  if (stalls.length === 0 && !error) return null;
  const { causes, names, workers } = groupStalls(stalls);
  const shown = isOpen ? stalls : stalls.slice(0, SHOWN);
  return (
    <section aria-label="Recent stalls" className="panel mt-3 min-w-0 overflow-hidden">
      <header className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1">
        <h2 className="text-sm">Recent stalls</h2>
        {stalls.length > 0 && (
          <span className="text-xs text-ink-3">
            {plural(stalls.length, 'stall')}:{' '}
            {causes.map(({ cause, count }) => `${formatCount(count)} ${VERDICT_LABELS[cause]}`).join(', ')}
          </span>
        )}
      </header>
      {error && <p className="px-3 py-2 text-sm text-warn">{sentenceOf(error)}</p>}
      {stalls.length > 0 && (
        <>
          <dl className="flex flex-wrap gap-x-6 gap-y-1 border-b border-line px-3 py-2 text-xs">
            <Groups name="By job name" groups={names} unknown="name unknown" />
            <Groups name="By worker" groups={workers} unknown="worker unknown" />
          </dl>
          <ul className="divide-y divide-line">
            {shown.map((stall) => (
              <Line key={`${stall.at} ${stall.jobId}`} queueKey={queueKey} stall={stall} />
            ))}
          </ul>
          {stalls.length > SHOWN && (
            <p className="border-t border-line px-3 py-1">
              <Button size="sm" variant="ghost" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
                {isOpen ? 'Show fewer' : `Show all ${formatCount(stalls.length)}`}
              </Button>
            </p>
          )}
        </>
      )}
    </section>
  );
}

function Groups({ name, groups, unknown }: { name: string; groups: readonly StallGroup[]; unknown: string }) {
  const rest = groups.slice(NAMED).reduce((sum, { count }) => sum + count, 0);
  return (
    <div className="flex min-w-0 flex-wrap gap-x-2">
      <dt className="text-ink-3">{name}</dt>
      {groups.slice(0, NAMED).map(({ key, label, count }) => (
        <dd key={key} className="flex min-w-0 gap-1">
          {label === null ? (
            <span className="text-ink-3">{unknown}</span>
          ) : (
            <JobLine className="max-w-56 truncate">{label}</JobLine>
          )}
          <span className="font-medium">{formatCount(count)}</span>
        </dd>
      ))}
      {rest > 0 && <dd className="text-ink-3">others {formatCount(rest)}</dd>}
    </div>
  );
}

function Line({ queueKey, stall }: { queueKey: string; stall: Stall }) {
  const { at, jobId, name, cause, sentence } = stall;
  return (
    <li className="flex min-h-8 flex-wrap items-baseline gap-x-2 px-3 py-1.5 text-sm">
      <Ago at={at} className="w-20 shrink-0 text-xs text-ink-3" />
      <span className="min-w-0 flex-1 basis-64">
        <Link href={jobsHref(queueKey, { state: 'active', job: jobId })} className="link font-mono text-xs">
          <JobLine>{jobId}</JobLine>
        </Link>
        {name !== null && (
          <>
            {' '}
            <JobLine>{name}</JobLine>
          </>
        )}{' '}
        <span className="font-medium">{VERDICT_LABELS[cause]}</span>
        <span className="text-ink-3"> · {sentence}</span>
      </span>
    </li>
  );
}

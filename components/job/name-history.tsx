'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import type { Job } from '@/lib/domain/job';
import { namesSchema } from '@/lib/domain/series';
import { apiGet } from '../api/client';
import { formatDuration } from '../format/duration';
import { queueHref } from '../format/hrefs';
import { formatCount } from '../format/number';
import { JobLine } from '../ui/job-text';
import { Part } from './part';
import { runMs } from './job-times';

const DAY_MS = 86_400_000;

/** How jobs of this name have fared in the last day, and how this one compares. */
export function NameHistory({ queueKey, job }: { queueKey: string; job: Job }) {
  const [to] = useState(() => Date.now());
  const { data } = useQuery({
    queryKey: ['names', queueKey, 'day', to],
    queryFn: ({ signal }) => apiGet(`/queues/${queueKey}/names?from=${to - DAY_MS}&to=${to}`, namesSchema, { signal }),
    staleTime: 60_000,
    retry: false,
  });
  if (job.name === null || !data) return null;
  const figures = data.names.find(({ name }) => name === job.name);
  const mine = job.finishedOn === null ? null : runMs(job, 0);
  const finished = figures ? figures.completed + figures.failed : 0;
  const p95 = figures?.runMs.p95 ?? null;
  return (
    <Part
      title={
        <>
          Jobs called “<JobLine>{job.name.slice(0, 60)}</JobLine>”, last 24 h
        </>
      }
      extra={
        <Link href={queueHref(queueKey)} className="link text-xs">
          by name
        </Link>
      }
    >
      {!figures || finished === 0 ? (
        <p className="text-sm text-ink-3">
          {figures
            ? 'None has finished in this time.'
            : 'No figures: none was seen, or it is not among the 20 heaviest names of the queue.'}
        </p>
      ) : (
        <dl className="grid grid-cols-4 gap-x-3 text-sm">
          <Figure name="Finished" value={formatCount(finished)} />
          <Figure
            name="Failed"
            value={`${formatCount(figures.failed)} (${((figures.failed / finished) * 100).toFixed(1)} %)`}
            isBad={figures.failed > 0}
          />
          <Figure name="Run p50" value={formatDuration(figures.runMs.p50)} />
          <Figure name="Run p95" value={formatDuration(p95)} />
        </dl>
      )}
      {mine !== null && p95 !== null && mine > p95 * 1.02 && (
        <p className="mt-1 text-xs text-warn">This job ran {formatDuration(mine)}: longer than 95 % of them.</p>
      )}
    </Part>
  );
}

function Figure({ name, value, isBad = false }: { name: string; value: string; isBad?: boolean }) {
  return (
    <div>
      <dt className="text-xs text-ink-3">{name}</dt>
      <dd className={isBad ? 'text-crit' : undefined}>{value}</dd>
    </div>
  );
}

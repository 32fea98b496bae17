'use client';
import { useQuery } from '@tanstack/react-query';
import { Stethoscope } from 'lucide-react';
import Link from 'next/link';
import { activeCheckSchema, type ActiveJob } from '@/lib/domain/active-job';
import { apiGet } from '../api/client';
import { sentenceOf } from '../api/problem';
import { exactDuration, formatDuration } from '../format/duration';
import { jobsHref } from '../format/hrefs';
import { Ago } from '../shell/time';
import { SeverityIcon } from '../shell/severity';
import { Button } from '../ui/button';
import { JobLine } from '../ui/job-text';
import { checkWords, VERDICT_LABELS, worstFirst } from './active-verdicts';

const SEVERITIES = {
  ok: null,
  long: 'warning',
  'worker-gone': 'critical',
  'loop-blocked': 'critical',
  'broker-slow': 'critical',
  'lock-gone': 'critical',
} as const;

/** Looks at the active jobs when somebody asks: does a worker still hold each, and does it take unusually long? */
export function ActiveCheck({ queueKey }: { queueKey: string }) {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['active-check', queueKey],
    queryFn: ({ signal }) => apiGet(`/queues/${queueKey}/active-check`, activeCheckSchema, { signal }),
    enabled: false,
    retry: false,
  });
  return (
    <section aria-label="Active jobs" className="panel min-w-0 overflow-hidden">
      <header className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1">
        <h2 className="text-sm">Active jobs</h2>
        {data && (
          <span className="text-xs text-ink-3">
            checked <Ago at={data.at} />
            {data.p99Ms !== null && ` · 99 of 100 take at most ${formatDuration(data.p99Ms)}`}
          </span>
        )}
        <Button size="sm" className="ml-auto" disabled={isFetching} onClick={() => void refetch()}>
          <Stethoscope size={12} aria-hidden /> {isFetching ? 'Checking …' : 'Check active jobs'}
        </Button>
      </header>
      <p role="status" className="px-3 py-2 text-sm text-ink-2">
        {error
          ? sentenceOf(error)
          : data
            ? checkWords(data)
            : 'Tells for each whether a worker still holds it, and if not why: the worker is gone, its event loop is blocked, or the broker was slow; or whether it simply takes long.'}
      </p>
      {data && !error && data.jobs.length > 0 && (
        <ul className="max-h-80 divide-y divide-line overflow-y-auto border-t border-line">
          {worstFirst(data.jobs).map((job) => (
            <Line key={job.id} queueKey={queueKey} job={job} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ queueKey, job: { id, name, runningMs, verdict, sentence } }: { queueKey: string; job: ActiveJob }) {
  const severity = SEVERITIES[verdict];
  const label = verdict === 'ok' ? null : VERDICT_LABELS[verdict];
  return (
    <li className="flex min-h-8 items-start gap-2 px-3 py-1.5 text-sm">
      <span className="mt-0.5 w-4 shrink-0">
        {severity ? (
          <SeverityIcon severity={severity} />
        ) : (
          <span aria-hidden className="text-ok">
            ✓
          </span>
        )}
      </span>
      <span className="min-w-0 flex-1">
        <Link href={jobsHref(queueKey, { state: 'active', job: id })} className="link font-mono text-xs">
          <JobLine>{id}</JobLine>
        </Link>
        {name !== null && (
          <>
            {' '}
            <JobLine>{name}</JobLine>
          </>
        )}
        {label && <span className="ml-1.5 font-medium">{label}</span>}
        <span className="text-ink-3"> · {sentence}</span>
      </span>
      <span className="shrink-0 text-ink-2" title={exactDuration(runningMs)}>
        {formatDuration(runningMs)}
      </span>
    </li>
  );
}

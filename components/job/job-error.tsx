'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Job } from '@/lib/domain/job';
import { apiText } from '../api/client';
import { sentenceOf } from '../api/problem';
import { jobPath } from '../format/hrefs';
import { formatBytes } from '../format/number';
import { Button } from '../ui/button';
import { LongText } from './long-text';
import { Part } from './part';

/** The reason why a job failed; a huge one is read when it is asked for. */
export function JobError({ job, queueKey }: { job: Job; queueKey: string }) {
  const [wantedFor, setWantedFor] = useState<string | null>(null);
  const { data, error, isFetching } = useQuery({
    queryKey: ['field', queueKey, job.id, 'error', job.error?.bytes],
    queryFn: ({ signal }) => apiText(`${jobPath(queueKey, job.id)}/field?name=error`, { signal }),
    enabled: wantedFor === job.id && Boolean(job.error?.isCut),
    staleTime: Infinity,
    retry: false,
  });
  const text = job.error?.isCut ? data : job.error?.text;
  return (
    <Part title={job.state === 'failed' ? 'Error' : 'Error of an earlier attempt'}>
      {text === undefined ? (
        <p className="flex flex-wrap items-center gap-2 text-sm text-ink-2">
          Error text of {formatBytes(job.error?.bytes ?? null)}, not read yet.
          <Button size="sm" disabled={isFetching} onClick={() => setWantedFor(job.id)}>
            {isFetching ? 'Loading…' : 'Load it'}
          </Button>
          {error && <span className="text-xs text-crit">{sentenceOf(error)}</span>}
        </p>
      ) : (
        <LongText className="rounded-md bg-crit-soft px-3 py-2 font-medium text-crit">{text}</LongText>
      )}
    </Part>
  );
}

'use client';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Job } from '@/lib/domain/job';
import { apiText } from '../api/client';
import { sentenceOf } from '../api/problem';
import { jobPath } from '../format/hrefs';
import { formatBytes } from '../format/number';
import { Button } from '../ui/button';

/** The stacks of a job: those that came with it, or a large field of them once it is asked for. */
export function useStacks(queueKey: string, job: Job): { list: string[]; button: ReactNode } {
  const [wantedFor, setWantedFor] = useState<string | null>(null);
  const { data, error, isFetching } = useQuery({
    queryKey: ['field', queueKey, job.id, 'stacktrace', job.stacktraceBytes],
    queryFn: async ({ signal }) =>
      toStacks(await apiText(`${jobPath(queueKey, job.id)}/field?name=stacktrace`, { signal })),
    enabled: job.stacktraceIsCut && wantedFor === job.id,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });
  if (!job.stacktraceIsCut || data) return { list: data ?? job.stacktrace, button: null };
  return {
    list: [],
    button: (
      <p className="mb-2 flex flex-wrap items-center gap-2 text-sm text-ink-2">
        Stack traces of {formatBytes(job.stacktraceBytes)}, not read yet.
        <Button size="sm" disabled={isFetching} onClick={() => setWantedFor(job.id)}>
          {isFetching ? 'Loading…' : 'Load them'}
        </Button>
        {error && <span className="text-xs text-crit">{sentenceOf(error)}</span>}
      </p>
    ),
  };
}

function toStacks(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(Boolean).map(String) : [text];
  } catch {
    return [text];
  }
}

'use client';
import { useQuery } from '@tanstack/react-query';
import { jobEventsSchema, type JobEventEntry } from '@/lib/domain/job-parts';
import { jobSchema, type Job } from '@/lib/domain/job';
import type { QueueKind } from '@/lib/domain/queue';
import { apiGet } from '../api/client';
import { ApiError } from '../api/problem';
import { jobPath } from '../format/hrefs';
import { useLive } from '../live/live-provider';
import { useKeptError } from './use-kept-error';

const RUNNING_MS = 2_000;
const RESTING_MS = 10_000;

export type JobView = {
  job: Job | null;
  /** ms at which the job was found to be gone, while it was open; `job` is what was last known. */
  goneSince: number | null;
  error: Error | null;
  isPending: boolean;
  refetch(): void;
};

/** One job, read again while it is open; the last state stays when the job goes away meanwhile. */
export function useJob(queueKey: string, jobId: string | null): JobView {
  const isPaused = useLive((live) => live.pausedAt !== null);
  const { data, error, isPending, errorUpdatedAt, refetch } = useQuery({
    queryKey: ['job', queueKey, jobId],
    queryFn: ({ signal }) => apiGet(jobPath(queueKey, jobId ?? ''), jobSchema, { signal }),
    enabled: jobId !== null,
    retry: (count, problem) => !isGone(problem) && count < 2,
    refetchInterval: ({ state }) =>
      isPaused || isGone(state.error) ? false : state.data?.state === 'active' ? RUNNING_MS : RESTING_MS,
  });
  const kept = useKeptError(error, data !== undefined);
  return {
    job: data ?? null,
    goneSince: data && isGone(error) ? errorUpdatedAt : null,
    error: kept,
    isPending,
    refetch: () => void refetch(),
  };
}

function isGone(error: Error | null): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** What the event stream says of a job; empty where there is none or nobody asked. */
export function useJobEvents(
  kind: QueueKind,
  queueKey: string,
  job: Job,
  isWanted: boolean,
): {
  events: readonly JobEventEntry[];
  isFetching: boolean;
  isComplete: boolean;
  hasRead: boolean;
  error: Error | null;
} {
  const { data, isFetching, error } = useQuery({
    // Whatever changes in the job's life changes one of these.
    queryKey: ['job-events', queueKey, job.id, job.state, job.attemptsMade, job.processedOn],
    queryFn: ({ signal }) => apiGet(`${jobPath(queueKey, job.id)}/events`, jobEventsSchema, { signal }),
    enabled: isWanted && kind === 'bullmq',
    staleTime: Infinity,
    retry: false,
    placeholderData: (previous, query) => (query?.queryKey[2] === job.id ? previous : undefined),
  });
  return {
    events: data?.events ?? [],
    isFetching,
    isComplete: data?.isComplete ?? false,
    hasRead: data !== undefined,
    error,
  };
}

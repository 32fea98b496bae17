'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { jobPageSchema } from '@/lib/domain/job';
import type { JobState } from '@/lib/domain/queue';
import { apiGet } from '../api/client';
import { useLive } from '../live/live-provider';

export const PAGE_SIZE = 50;
const REFETCH_MS = 5000;

export type Order = 'newest' | 'oldest';
type Options = {
  queueKey: string;
  state: JobState;
  order: Order;
  cursor: string | null;
  /** Time at which the page begins, ms; counts without a cursor. */
  at: number | null;
  stands: boolean;
  /** Whether the list is on the screen at all. */
  isOn: boolean;
};

/** One page of jobs, read again every few seconds unless it `stands` (rows are selected) or the screen is frozen. */
export function useJobs({ queueKey, state, order, cursor, at, stands, isOn }: Options) {
  const isPaused = useLive((live) => live.pausedAt !== null);
  return useQuery({
    queryKey: ['jobs', queueKey, state, order, cursor, at],
    enabled: isOn,
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({
        state,
        limit: String(PAGE_SIZE),
        order,
        ...(cursor !== null ? { cursor } : at !== null ? { at: String(at) } : {}),
      });
      return apiGet(`/queues/${queueKey}/jobs?${query.toString()}`, jobPageSchema, { signal });
    },
    refetchInterval: stands || isPaused ? false : REFETCH_MS,
    refetchOnWindowFocus: !stands,
    placeholderData: (previous, query) =>
      query?.queryKey[1] === queueKey && query.queryKey[2] === state ? keepPreviousData(previous) : undefined,
  });
}

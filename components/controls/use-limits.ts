'use client';
import { useQuery } from '@tanstack/react-query';
import { queueLimitsSchema } from '@/lib/domain/control';
import { apiGet } from '../api/client';
import { useLive } from '../live/live-provider';

const REFETCH_MS = 10_000;

/** What holds a queue back by configuration. */
export function useLimits(queueKey: string) {
  const isPaused = useLive((state) => state.pausedAt !== null);
  return useQuery({
    queryKey: ['limits', queueKey],
    queryFn: ({ signal }) => apiGet(`/queues/${queueKey}/limits`, queueLimitsSchema, { signal }),
    refetchInterval: isPaused ? false : REFETCH_MS,
    retry: false,
  });
}

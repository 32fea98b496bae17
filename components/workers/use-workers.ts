'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { workersViewSchema } from '@/lib/domain/worker';
import { apiGet } from '../api/client';
import { useLive } from '../live/live-provider';

const REFETCH_MS = 5_000;

/** Who is connected to which queue, as fresh as the brokers are asked. */
export function useWorkers() {
  const isPaused = useLive((state) => state.pausedAt !== null);
  return useQuery({
    queryKey: ['workers'],
    queryFn: ({ signal }) => apiGet('/workers', workersViewSchema, { signal }),
    refetchInterval: isPaused ? false : REFETCH_MS,
    placeholderData: keepPreviousData,
  });
}

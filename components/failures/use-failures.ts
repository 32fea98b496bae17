'use client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { failureCareSchema, failureDetailSchema, failureListSchema, type FailureAction } from '@/lib/domain/failure';
import { apiGet, apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';
import { boundsOf, type ChartWindow } from '../charts/range';
import { useRefetch } from '../queue/use-series';

const REFETCH_MS = 5_000;

function queryOf(window: ChartWindow, queueKey: string | null): string {
  const { from, to } = boundsOf(window, Date.now());
  return new URLSearchParams({
    from: String(Math.max(0, Math.round(from))),
    to: String(Math.round(to)),
    ...(queueKey === null ? {} : { queue: queueKey }),
  }).toString();
}

/** Failures by kind in a window, of one queue or of all. */
export function useFailures(window: ChartWindow, queueKey: string | null = null) {
  return useQuery({
    queryKey: ['failures', window, queueKey],
    queryFn: ({ signal }) => apiGet(`/failures?${queryOf(window, queueKey)}`, failureListSchema, { signal }),
    refetchInterval: useRefetch(window, REFETCH_MS),
    placeholderData: keepPreviousData,
  });
}

/** One kind of failure in a window. */
export function useFailure(fingerprint: string, window: ChartWindow) {
  return useQuery({
    queryKey: ['failure', fingerprint, window],
    queryFn: ({ signal }) =>
      apiGet(`/failures/${encodeURIComponent(fingerprint)}?${queryOf(window, null)}`, failureDetailSchema, { signal }),
    refetchInterval: useRefetch(window, REFETCH_MS),
    placeholderData: keepPreviousData,
  });
}

/** Says something of a kind of failure: mute, resolve, note … */
export function useFailureAction(fingerprint: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: FailureAction) => apiPost(`/failures/${fingerprint}/actions`, action, failureCareSchema),
    onError: (error) => toast.error(`Nothing was changed. ${sentenceOf(error)}`),
    onSettled: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['failures'] }),
        client.invalidateQueries({ queryKey: ['failure', fingerprint] }),
      ]);
    },
  });
}

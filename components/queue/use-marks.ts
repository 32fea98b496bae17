'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { marksSchema } from '@/lib/domain/mark';
import { apiGet } from '../api/client';
import { boundsOf, type ChartWindow } from '../charts/range';
import { useRefetch } from './use-series';

/** What happened to a queue in a window: deploys, pauses, alerts, restarts, … */
export function useMarks(queueKey: string, window: ChartWindow) {
  return useQuery({
    queryKey: ['marks', queueKey, window],
    queryFn: ({ signal }) => {
      const { from, to } = boundsOf(window, Date.now());
      const query = new URLSearchParams({
        from: String(Math.max(0, Math.round(from))),
        to: String(Math.round(to)),
        queue: queueKey,
      });
      return apiGet(`/marks?${query.toString()}`, marksSchema, { signal });
    },
    refetchInterval: useRefetch(window),
    placeholderData: keepPreviousData,
  });
}

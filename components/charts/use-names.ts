'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { namesSchema } from '@/lib/domain/series';
import { apiGet } from '../api/client';
import { useCharts } from './charts-context';

/** Figures by job name over the range that the charts show. */
export function useNames() {
  const { queueKey, series } = useCharts();
  const { from, to } = series;
  return useQuery({
    queryKey: ['names', queueKey, from, to],
    queryFn: ({ signal }) => apiGet(`/queues/${queueKey}/names?from=${from}&to=${to}`, namesSchema, { signal }),
    placeholderData: keepPreviousData,
  });
}

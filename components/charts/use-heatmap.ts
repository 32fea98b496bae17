'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { heatmapSchema } from '@/lib/domain/series';
import { apiGet } from '../api/client';
import { useCharts } from './charts-context';

/** How many runs or waits of each duration, over the range that the charts show; it moves with them. */
export function useHeatmap(which: 'run' | 'wait') {
  const { queueKey, series } = useCharts();
  const { from, to, stepMs } = series;
  return useQuery({
    queryKey: ['heatmap', queueKey, which, from, to, stepMs],
    queryFn: ({ signal }) =>
      apiGet(`/queues/${queueKey}/series/heatmap?which=${which}&from=${from}&to=${to}&step=${stepMs}`, heatmapSchema, {
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}

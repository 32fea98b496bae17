'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { marksSchema } from '@/lib/domain/mark';
import { timelineSeriesSchema } from '@/lib/domain/series';
import { apiGet } from '../api/client';
import { boundsOf, type ChartWindow } from '../charts/range';
import { useRefetch } from '../queue/use-series';
import type { TimelineMetric } from './timeline-metrics';

export type Wanted = { window: ChartWindow; source: string | null; queues: string; q: string };

/** The range and the filter as the API takes them. */
export function timelineQuery({ window, source, queues, q }: Wanted): URLSearchParams {
  const { from, to } = boundsOf(window, Date.now());
  return new URLSearchParams({
    from: String(Math.max(0, Math.round(from))),
    to: String(Math.round(to)),
    ...(source === null ? {} : { source }),
    ...(queues === '' ? {} : { queues }),
    ...(q === '' ? {} : { q }),
  });
}

/** What happened in the window, as far as the filter wants it. */
export function useTimeline(wanted: Wanted) {
  return useQuery({
    queryKey: ['timeline', wanted],
    queryFn: ({ signal }) => apiGet(`/timeline?${timelineQuery(wanted).toString()}`, marksSchema, { signal }),
    refetchInterval: useRefetch(wanted.window),
    placeholderData: keepPreviousData,
  });
}

/** The chart above it: of one queue, or of several together. */
export function useTimelineSeries(wanted: Omit<Wanted, 'q'>, metric: TimelineMetric) {
  return useQuery({
    queryKey: ['timeline-series', wanted, metric],
    queryFn: async ({ signal }) => {
      const query = timelineQuery({ ...wanted, q: '' });
      query.set('metric', metric);
      const series = await apiGet(`/timeline/series?${query.toString()}`, timelineSeriesSchema, { signal });
      return { series, now: Date.now() };
    },
    refetchInterval: useRefetch(wanted.window),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

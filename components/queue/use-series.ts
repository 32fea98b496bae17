'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { seriesSchema } from '@/lib/domain/series';
import { apiGet } from '../api/client';
import { ACTIVE_METRICS } from '../charts/active-series';
import { DEPTH_METRICS } from '../charts/depth-series';
import { DURATION_METRICS } from '../charts/duration-series';
import { FAILED_METRICS } from '../charts/failed-series';
import { boundsOf, type ChartWindow } from '../charts/range';
import { STALLED_METRICS } from '../charts/stalled-series';
import { THROUGHPUT_METRICS } from '../charts/throughput-series';
import { useLive } from '../live/live-provider';

const METRICS = [
  ...DEPTH_METRICS,
  ...ACTIVE_METRICS,
  ...FAILED_METRICS,
  ...STALLED_METRICS,
  ...DURATION_METRICS,
  ...THROUGHPUT_METRICS,
];
const REFETCH_MS = 10_000;

/** History of one queue for all charts of its page, asked for again while it moves, is seen and is not frozen. */
export function useSeries(queueKey: string, window: ChartWindow) {
  const isPaused = useLive((state) => state.pausedAt !== null);
  return useQuery({
    queryKey: ['series', queueKey, window],
    queryFn: async ({ signal }) => {
      const now = Date.now();
      const { from, to } = boundsOf(window, now);
      const metrics = METRICS.map(encodeURIComponent).join(',');
      const series = await apiGet(
        `/queues/${queueKey}/series?metrics=${metrics}&from=${Math.round(from)}&to=${Math.round(to)}`,
        seriesSchema,
        { signal },
      );
      return { series, now };
    },
    refetchInterval: window.kind === 'moving' && !isPaused ? REFETCH_MS : false,
    placeholderData: keepPreviousData,
  });
}

'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { seriesSchema, type Series } from '@/lib/domain/series';
import { apiGet } from '../api/client';
import { ACTIVE_METRICS } from '../charts/active-series';
import { DEPTH_METRICS } from '../charts/depth-series';
import { DURATION_METRICS, durationMetrics } from '../charts/duration-series';
import { FAILED_METRICS } from '../charts/failed-series';
import { boundsOf, COMPARISONS, type ChartWindow, type ComparisonName } from '../charts/range';
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
/** What is kept by job name. */
const NAME_METRICS = [...THROUGHPUT_METRICS, ...FAILED_METRICS, ...STALLED_METRICS, ...durationMetrics('runMs')];
const REFETCH_MS = 10_000;

type Options = { window: ChartWindow; name: string | null; compare: ComparisonName | null };
export type Before = { series: Series; shiftMs: number; label: string };

/** How often what is shown of a moving window is asked for again; `false` where it stands still. */
export function useRefetch(window: ChartWindow, everyMs = REFETCH_MS): number | false {
  const isPaused = useLive((state) => state.pausedAt !== null);
  return window.kind === 'moving' && !isPaused ? everyMs : false;
}

/** History of one queue, or of one job name in it, for all charts of its page, with the time that it is compared with. */
export function useSeries(queueKey: string, { window, name, compare }: Options) {
  return useQuery({
    queryKey: ['series', queueKey, window, name, compare],
    queryFn: async ({ signal }) => {
      const now = Date.now();
      const read = (from: number, to: number, step?: number) => {
        const query = new URLSearchParams({
          metrics: (name === null ? METRICS : NAME_METRICS).join(','),
          from: String(Math.max(0, Math.round(from))),
          to: String(Math.round(to)),
          ...(step === undefined ? {} : { step: String(step) }),
          ...(name === null ? {} : { name }),
        });
        return apiGet(`/queues/${queueKey}/series?${query.toString()}`, seriesSchema, { signal });
      };
      const { from, to } = boundsOf(window, now);
      const series = await read(from, to);
      const comparison = COMPARISONS.find((each) => each.name === compare);
      if (!comparison) return { series, now, before: null };
      const { ms: shiftMs, short: label } = comparison;
      const before: Before = {
        series: await read(series.from - shiftMs, series.to - shiftMs, series.stepMs),
        shiftMs,
        label,
      };
      return { series, now, before };
    },
    refetchInterval: useRefetch(window),
    placeholderData: keepPreviousData,
  });
}

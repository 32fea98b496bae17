'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { seriesSchema, type Series } from '@/lib/domain/series';
import { apiGet } from '../api/client';

export type BlindTimes = Pick<Series, 'gaps' | 'partial'>;
const NONE: BlindTimes = { gaps: [], partial: [] };
const MINUTE_MS = 60_000;

/** When nobody looked at a queue between two moments (ms), or not all of the time. */
export function useBlindTimes(queueKey: string | null, from: number, to: number): BlindTimes {
  const [start, end] = [Math.floor(from / MINUTE_MS) * MINUTE_MS, Math.ceil(to / MINUTE_MS) * MINUTE_MS];
  const { data } = useQuery({
    queryKey: ['blind', queueKey, start, end],
    queryFn: ({ signal }) =>
      apiGet(`/queues/${queueKey}/series?metrics=failed&from=${start}&to=${end}`, seriesSchema, { signal }),
    enabled: queueKey !== null,
    placeholderData: keepPreviousData,
  });
  return data ?? NONE;
}

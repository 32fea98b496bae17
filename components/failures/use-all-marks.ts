'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { marksSchema, type Mark } from '@/lib/domain/mark';
import { apiGet } from '../api/client';

const NO_MARKS: readonly Mark[] = [];
const REFETCH_MS = 30_000;

/** What happened to any queue between two moments (ms). */
export function useAllMarks(from: number, to: number): readonly Mark[] {
  const { data } = useQuery({
    // Whole minutes: a window that moves with the clock is not a new question every second.
    queryKey: ['marks', 'all', Math.floor(from / 60_000), Math.ceil(to / 60_000)],
    queryFn: ({ signal }) =>
      apiGet(`/marks?from=${Math.max(0, Math.floor(from))}&to=${Math.ceil(to)}`, marksSchema, { signal }),
    refetchInterval: REFETCH_MS,
    placeholderData: keepPreviousData,
  });
  return data?.marks ?? NO_MARKS;
}

'use client';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { z } from 'zod';
import { schedulerDetailSchema, schedulersPageSchema, type Scheduler } from '@/lib/domain/scheduler';
import { apiGet, apiPost, apiSend } from '../api/client';
import { sentenceOf } from '../api/problem';
import { visibleLine } from '../format/visible-text';
import { useLive } from '../live/live-provider';

const REFETCH_MS = 10_000;
const PAGE = 50;

/** Schedulers of all queues, or of one, page after page. */
export function useSchedulers(queueKey: string | null) {
  const isPaused = useLive((state) => state.pausedAt !== null);
  return useInfiniteQuery({
    queryKey: ['schedulers', queueKey],
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ limit: String(PAGE) });
      if (queueKey !== null) query.set('queue', queueKey);
      if (pageParam !== null) query.set('cursor', pageParam);
      return apiGet(`/schedulers?${query}`, schedulersPageSchema, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: isPaused ? false : REFETCH_MS,
  });
}

/** One scheduler with what its jobs are made from; not asked for while `id` is `null`. */
export function useScheduler(queueKey: string, id: string | null) {
  return useQuery({
    queryKey: ['scheduler', queueKey, id],
    queryFn: ({ signal }) =>
      apiGet(`/queues/${queueKey}/scheduler?id=${encodeURIComponent(id ?? '')}`, schedulerDetailSchema, { signal }),
    enabled: id !== null,
    refetchInterval: REFETCH_MS,
    retry: false,
  });
}

/** Runs a scheduler now or removes it, says how it went, and reads the list anew. */
export function useSchedulerActions() {
  const refresh = useRefresh();
  const run = useMutation({
    mutationFn: ({ queueKey, id }: Pick<Scheduler, 'queueKey' | 'id'>) =>
      apiPost(`/queues/${queueKey}/schedulers/run`, { id }, z.object({ jobId: z.string() })),
    onSuccess: ({ jobId }) =>
      toast.success('One job was added', {
        description: `Job ${visibleLine(jobId)}, like any other; the schedule goes on as it was.`,
      }),
    onError: (error) => toast.error('No job was added', { description: sentenceOf(error) }),
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: ({ queueKey, id }: Pick<Scheduler, 'queueKey' | 'id'>) =>
      apiSend('DELETE', `/queues/${queueKey}/schedulers?id=${encodeURIComponent(id)}`, undefined, z.unknown()),
    onSuccess: () => toast.success('The scheduler was removed, with its next job'),
    onError: (error) => toast.error('The scheduler was not removed', { description: sentenceOf(error) }),
    onSettled: refresh,
  });
  return { run, remove };
}

export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ['schedulers'] }),
      client.invalidateQueries({ queryKey: ['scheduler'] }),
    ]);
  };
}

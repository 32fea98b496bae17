'use client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { silencePreviewSchema, silenceSchema, silencesSchema, type NewSilence } from '@/lib/domain/silence';
import { apiGet, apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';

const REFETCH_MS = 10_000;
const KEY = ['silences'];

export function useSilences() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => apiGet('/alerts/silences', silencesSchema, { signal }),
    refetchInterval: REFETCH_MS,
    placeholderData: keepPreviousData,
  });
}

/** When a silence would be active, and what it would meet. */
export function useSilencePreview(silence: Pick<NewSilence, 'queues' | 'except' | 'window'> | null) {
  const body = silence && { queues: silence.queues, except: silence.except, window: silence.window };
  return useQuery({
    queryKey: ['silence-preview', body],
    queryFn: ({ signal }) => apiPost('/alerts/silences/preview', body, silencePreviewSchema, { signal }),
    enabled: body !== null,
    placeholderData: keepPreviousData,
  });
}

export function useAddSilence() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (silence: NewSilence) => apiPost('/alerts/silences', silence, silenceSchema),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useEndSilence() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => apiPost(`/alerts/silences/${id}/end`, {}, silenceSchema),
    onError: (error) => toast.error(`Nothing was changed. ${sentenceOf(error)}`),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

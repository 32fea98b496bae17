'use client';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { careSchema, type IncidentAction } from '@/lib/domain/incident';
import { incidentDetailSchema, incidentPageSchema } from '@/lib/domain/incident-detail';
import { apiGet, apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';

const REFETCH_MS = 5_000;

/** One incident, open or ended. */
export function useIncident(id: string) {
  return useQuery({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => apiGet(`/alerts/incidents/${encodeURIComponent(id)}`, incidentDetailSchema, { signal }),
    refetchInterval: ({ state }) => (state.data?.incident.state === 'resolved' ? false : REFETCH_MS),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export type HistoryFilter = { queue: string; ruleName: string; text: string; severity: string | null };

/** Incidents that have ended, page by page. */
export function useIncidentHistory({ queue, ruleName, text, severity }: HistoryFilter) {
  const pattern = (words: string) => (words === '' || words.includes('*') ? words : `*${words}*`);
  const wanted = { queue: pattern(queue), rule: pattern(ruleName), text, severity: severity ?? '' };
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== ''));
  return useInfiniteQuery({
    queryKey: ['incident-history', query.toString()],
    queryFn: ({ signal, pageParam }) => {
      const all = new URLSearchParams(query);
      if (pageParam !== null) all.set('cursor', pageParam);
      return apiGet(`/alerts/history?${all.toString()}`, incidentPageSchema, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });
}

/** Says something of an incident: acknowledge, snooze, note … */
export function useIncidentAction(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: IncidentAction) =>
      apiPost(`/alerts/incidents/${encodeURIComponent(id)}/actions`, action, careSchema),
    onError: (error) => toast.error(`Nothing was changed. ${sentenceOf(error)}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['incident', id] }),
  });
}

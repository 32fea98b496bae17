'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from 'sonner';
import {
  hasEnded,
  operationReportSchema,
  operationSchema,
  operationsSchema,
  type Operation,
  type OperationWish,
  type StartOperationBody,
} from '@/lib/domain/operation';
import { apiGet, apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';
import { randomId } from '../format/random-id';
import { useLive, useLiveStore } from '../live/live-provider';

type Body = Omit<StartOperationBody, 'until' | 'confirm'> & { until?: number; confirm?: string };

/** Starts an operation; the same click twice starts one. */
export function useStartOperation(queueKey: string) {
  const store = useLiveStore();
  const client = useQueryClient();
  const [key] = useState(randomId);
  return useMutation({
    mutationFn: (body: Body) =>
      apiPost(`/queues/${queueKey}/operations`, body, operationSchema, {
        headers: { 'idempotency-key': key },
      }),
    onSuccess: (operation) => {
      store.apply({ event: 'operation', data: operation });
      void client.invalidateQueries({ queryKey: ['operations'] });
    },
  });
}

const UNCHANGED: Record<OperationWish, string> = {
  pause: 'It was not paused',
  resume: 'It was not resumed',
  stop: 'It was not stopped',
  undo: 'It was not undone',
};

/** Pauses, resumes, stops or undoes an operation. */
export function useOperationWish() {
  const store = useLiveStore();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, wish }: { id: string; wish: OperationWish }) =>
      apiPost(`/operations/${id}/actions`, { action: wish }, operationSchema),
    onSuccess: (operation) => store.apply({ event: 'operation', data: operation }),
    onError: (error, { wish }) => toast.error(UNCHANGED[wish], { description: sentenceOf(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: ['operations'] }),
  });
}

/** All kept operations, newest first, with what the live stream has told since. */
export function useOperations() {
  const live = useLive(({ operations }) => operations);
  const query = useQuery({
    queryKey: ['operations'],
    queryFn: ({ signal }) => apiGet('/operations?limit=200', operationsSchema, { signal }),
    refetchInterval: 30_000,
  });
  const byId = new Map((query.data?.operations ?? []).map((one) => [one.id, one]));
  for (const one of live.values()) {
    const known = byId.get(one.id);
    if (!known || known.updatedAt <= one.updatedAt) byId.set(one.id, one);
  }
  const operations = [...byId.values()].sort((a, b) => b.createdAt - a.createdAt);
  return { ...query, operations };
}

/** Why jobs of an operation were not done; read again while it is under way. */
export function useOperationReport(id: string | null, live: Operation | undefined) {
  return useQuery({
    queryKey: ['operations', 'report', id, live?.state],
    enabled: id !== null,
    queryFn: ({ signal }) => apiGet(`/operations/${id}`, operationReportSchema, { signal }),
    refetchInterval: live && !hasEnded(live) ? 3_000 : false,
    placeholderData: (before) => (before?.operation.id === id ? before : undefined),
  });
}

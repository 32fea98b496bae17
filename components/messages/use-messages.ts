'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { deadLettersSchema, peekSchema, type DeadGroup, type PublishBody } from '@/lib/domain/message';
import { operationSchema } from '@/lib/domain/operation';
import { apiPost } from '../api/client';
import { randomId } from '../format/random-id';
import { useLiveStore } from '../live/live-provider';

const done = z.object({ done: z.boolean() });

export function usePeek(queueKey: string) {
  return useMutation({
    mutationFn: (count: number) => apiPost(`/queues/${queueKey}/messages/peek`, { count }, peekSchema),
  });
}

export function usePublish(queueKey: string) {
  return useMutation({
    mutationFn: (body: Partial<PublishBody>) =>
      apiPost(`/queues/${queueKey}/messages`, body, done, { headers: { 'idempotency-key': randomId() } }),
  });
}

/** `purge` takes the messages, `delete` the queue too. */
export function useTakeAway(queueKey: string, what: 'purge' | 'delete') {
  return useMutation({
    mutationFn: (confirm: string) => apiPost(`/queues/${queueKey}/messages/${what}`, { confirm }, done),
  });
}

export function useDeadLetters(queueKey: string) {
  return useMutation({ mutationFn: () => apiPost(`/queues/${queueKey}/dead-letters`, {}, deadLettersSchema) });
}

/** Starts a replay; the same click twice starts one. */
export function useReplay(queueKey: string) {
  const store = useLiveStore();
  const client = useQueryClient();
  const [key] = useState(randomId);
  return useMutation({
    mutationFn: (body: { group: DeadGroup | null; pace: number | null }) =>
      apiPost(`/queues/${queueKey}/dead-letters/replay`, body, operationSchema, {
        headers: { 'idempotency-key': key },
      }),
    onSuccess: (operation) => {
      store.apply({ event: 'operation', data: operation });
      void client.invalidateQueries({ queryKey: ['operations'] });
    },
  });
}

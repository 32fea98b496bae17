'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { StartClearingsBody } from '@/lib/domain/control';
import { startedClearingsSchema } from '@/lib/domain/operation';
import { apiPost } from '../api/client';
import { randomId } from '../format/random-id';
import { useLiveStore } from '../live/live-provider';

/** Starts the clearing of queues, an operation each; the same click twice starts them once. */
export function useStartClearings() {
  const store = useLiveStore();
  const client = useQueryClient();
  const [key] = useState(randomId);
  return useMutation({
    mutationFn: (body: StartClearingsBody) =>
      apiPost('/clearings', body, startedClearingsSchema, { headers: { 'idempotency-key': key } }),
    onSuccess: ({ results }) => {
      for (const { operation } of results) if (operation) store.apply({ event: 'operation', data: operation });
      void client.invalidateQueries({ queryKey: ['operations'] });
    },
  });
}

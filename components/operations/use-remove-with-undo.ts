'use client';
import { useMutation } from '@tanstack/react-query';
import { toast } from 'sonner';
import { operationSchema, whyNoUndo } from '@/lib/domain/operation';
import type { JobState } from '@/lib/domain/queue';
import { apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';
import { randomId } from '../format/random-id';
import { useLiveStore } from '../live/live-provider';

type Request = { state: JobState; ids: readonly string[] };

/** Whether jobs of a state need no question before they are removed, since they can be brought back. */
export function hasUndo(state: JobState): boolean {
  return whyNoUndo(state) === null;
}

/** Puts finished jobs out of sight at once; they leave the broker ten minutes later unless somebody undoes it. */
export function useRemoveWithUndo(queueKey: string) {
  const store = useLiveStore();
  return useMutation({
    mutationFn: ({ state, ids }: Request) =>
      apiPost(
        `/queues/${queueKey}/operations`,
        { action: 'remove', target: { by: 'ids', state, ids }, undo: true },
        operationSchema,
        { headers: { 'idempotency-key': randomId() } },
      ),
    onSuccess: (operation) => store.apply({ event: 'operation', data: operation }),
    onError: (error) => toast.error('Nothing was removed', { description: sentenceOf(error) }),
  });
}

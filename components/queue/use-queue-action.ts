'use client';
import { useMutation } from '@tanstack/react-query';
import { toast } from 'sonner';
import { z } from 'zod';
import type { QueueAction } from '@/lib/domain/action';
import { apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';

const DONE: Record<QueueAction, string> = {
  pause: 'Paused. Running jobs finish, no new one starts.',
  resume: 'Resumed. Workers take jobs again.',
};

/** Pauses or resumes a queue and says how it went. */
export function useQueueAction(queueKey: string) {
  return useMutation({
    mutationFn: (action: QueueAction) => apiPost(`/queues/${queueKey}/actions`, { action }, z.unknown()),
    onSuccess: (_, action) => toast.success(DONE[action]),
    onError: (error) => toast.error('The queue is unchanged', { description: sentenceOf(error) }),
  });
}

'use client';
import { useMutation } from '@tanstack/react-query';
import { toast } from 'sonner';
import type { QueueAction } from '@/lib/domain/action';
import { queuesActionResultSchema } from '@/lib/domain/control';
import { apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';
import { plural } from '../format/number';

const DONE: Record<QueueAction, string> = { pause: 'paused', resume: 'resumed' };

/** Pauses or resumes several queues; those that could not be changed are in the result. */
export function useQueuesAction() {
  return useMutation({
    mutationFn: (body: { action: QueueAction; queues: string[] }) =>
      apiPost('/queue-actions', body, queuesActionResultSchema),
    onSuccess: ({ results }, { action }) => {
      const done = results.filter(({ ok }) => ok).length;
      if (done > 0) toast.success(`${plural(done, 'queue')} ${DONE[action]}`);
    },
    onError: (error) => toast.error('Nothing is known of what was changed', { description: sentenceOf(error) }),
  });
}

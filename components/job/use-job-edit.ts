'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { jobEditResultSchema, type JobEdit } from '@/lib/domain/edit';
import { apiPost } from '../api/client';
import { jobPath } from '../format/hrefs';

/** Changes one job; what it says afterwards stands in the toast. Errors are the dialog's to show. */
export function useJobEdit(queueKey: string, jobId: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (edit: JobEdit) => apiPost(`${jobPath(queueKey, jobId)}/edits`, edit, jobEditResultSchema),
    onSuccess: ({ isRetried, state }, { edit }) => {
      toast.success(
        isRetried
          ? `The new data is written and the job retried: it is ${state}`
          : edit === 'data'
            ? 'The new data is written'
            : `The ${edit} is changed`,
      );
      onDone();
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['job', queueKey] }),
        client.invalidateQueries({ queryKey: ['jobs', queueKey] }),
      ]),
  });
}

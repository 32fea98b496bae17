'use client';
import { useQuery } from '@tanstack/react-query';
import type { Job } from '@/lib/domain/job';
import { apiTagged } from '../api/client';
import { ApiError, sentenceOf } from '../api/problem';
import { jobPath } from '../format/hrefs';
import { formatBytes } from '../format/number';

/** Larger data cannot be sent back: a body of the API holds 1 MB. */
const MAX_EDITED_BYTES = 700_000;

/** A job's data as stored, and what stands for it in an edit. */
export type StoredData = { text: string; hash: string };

/** The data of a job for editing: what came with it, or a larger one read on its own. `reload` reads what it is now. */
export function useStoredData(queueKey: string, job: Job) {
  const path = `${jobPath(queueKey, job.id)}/field?name=data`;
  const bytes = job.data?.bytes ?? 0;
  const inline = job.data && job.dataHash !== null ? { text: job.data.text, hash: job.dataHash } : null;
  // What is edited stands still: the job is read again while the dialog is open.
  const read = async (): Promise<StoredData> => {
    const { text, tag } = await apiTagged(path);
    return { text, hash: tag };
  };
  const isTooLarge = bytes > MAX_EDITED_BYTES;
  const { data, error } = useQuery({
    queryKey: ['stored-data', path],
    queryFn: () => inline ?? read(),
    enabled: !isTooLarge,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const isMissing = error instanceof ApiError && error.status === 404 && bytes === 0;
  return {
    data: data ?? (isMissing ? { text: 'null', hash: '' } : null),
    error: isTooLarge
      ? `it is ${formatBytes(bytes)}, more than the ${formatBytes(MAX_EDITED_BYTES)} that can be sent back.`
      : error && !isMissing
        ? sentenceOf(error)
        : null,
    reload: () => read().catch(() => null),
  };
}

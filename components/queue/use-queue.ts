'use client';
import { useQuery } from '@tanstack/react-query';
import { queueSchema, type Queue } from '@/lib/domain/queue';
import { apiGet } from '../api/client';
import { ApiError } from '../api/problem';
import { useLive } from '../live/live-provider';

/** One queue, live. `missing`: the server has never heard of it. `null` queue: not known yet. */
export function useQueue(queueKey: string): { queue: Queue | null; missing: boolean; error: Error | null } {
  const live = useLive((state) => state.byKey.get(queueKey) ?? null);
  const isLoaded = useLive((state) => state.at !== null);
  // Only a queue that the stream does not name is asked for: it may be gone, or newer than the last snapshot.
  const { data, error } = useQuery({
    queryKey: ['queue', queueKey],
    queryFn: ({ signal }) => apiGet(`/queues/${queueKey}`, queueSchema, { signal }),
    enabled: isLoaded && live === null,
  });
  return {
    queue: live ?? data ?? null,
    missing: !live && error instanceof ApiError && (error.status === 404 || error.status === 400),
    error,
  };
}

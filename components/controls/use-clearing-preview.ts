'use client';
import { useQuery } from '@tanstack/react-query';
import { clearingPreviewSchema, type Clearing, type ClearingPreview } from '@/lib/domain/control';
import type { Queue } from '@/lib/domain/queue';
import { apiPost } from '../api/client';

const REFETCH_MS = 5_000;
const AT_ONCE = 10;

/** What a clearing would take of each queue now; `null` while nothing is asked. */
export function useClearingPreview(queues: readonly Queue[], clearing: Clearing | null) {
  return useQuery({
    queryKey: ['clearing-preview', queues.map(({ key }) => key), clearing],
    queryFn: async ({ signal }) => {
      const previews: ClearingPreview[] = [];
      for (let start = 0; start < queues.length; start += AT_ONCE)
        previews.push(
          ...(await Promise.all(
            queues
              .slice(start, start + AT_ONCE)
              .map(({ key }) =>
                apiPost(`/queues/${key}/clearing/preview`, { clearing }, clearingPreviewSchema, { signal }),
              ),
          )),
        );
      return addUp(previews);
    },
    enabled: clearing !== null,
    refetchInterval: REFETCH_MS,
    retry: false,
  });
}

function addUp(previews: readonly ClearingPreview[]): ClearingPreview {
  const sum = (value: (preview: ClearingPreview) => number | null) =>
    previews.reduce((total, preview) => total + (value(preview) ?? 0), 0);
  return {
    count: sum(({ count }) => count),
    isAtMost: previews.some(({ isAtMost }) => isAtMost),
    active: sum(({ active }) => active),
    keptForSchedulers: sum(({ keptForSchedulers }) => keptForSchedulers),
    schedulers: sum(({ schedulers }) => schedulers),
    parents: sum(({ parents }) => parents),
    refusal: previews.find(({ refusal }) => refusal !== null)?.refusal ?? null,
  };
}

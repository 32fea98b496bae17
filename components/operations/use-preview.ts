'use client';
import { useEffect, useState } from 'react';
import type { BulkAction } from '@/lib/domain/action';
import { previewSchema, type OperationTarget, type Preview } from '@/lib/domain/operation';
import { apiPost } from '../api/client';

export type PreviewState = { preview: Preview | null; isCounting: boolean; error: unknown };

/** What an operation would do: the first answer at once, then counted on until all was looked at. */
export function usePreview(queueKey: string, action: BulkAction, target: OperationTarget): PreviewState {
  const [state, setState] = useState<PreviewState>({ preview: null, isCounting: true, error: null });
  const text = JSON.stringify(target);
  useEffect(() => {
    const abort = new AbortController();
    const count = async () => {
      let sum: Preview | null = null;
      let cursor: string | null = null;
      do {
        const body: object = {
          action,
          target: JSON.parse(text) as OperationTarget,
          ...(sum ? { until: sum.until, cursor } : {}),
        };
        const page: Preview = await apiPost(`/queues/${queueKey}/operations/preview`, body, previewSchema, {
          signal: abort.signal,
        });
        sum = sum ? added(sum, page) : page;
        cursor = page.nextCursor;
        if (abort.signal.aborted) return;
        setState({ preview: sum, isCounting: cursor !== null, error: null });
      } while (cursor !== null);
    };
    count().catch((error: unknown) => {
      if (!abort.signal.aborted) setState((before) => ({ ...before, isCounting: false, error }));
    });
    return () => abort.abort();
  }, [queueKey, action, text]);
  return state;
}

/** Both answers as one; names and errors are the first one's. */
export function added(sum: Preview, page: Preview): Preview {
  return {
    ...sum,
    matched: sum.matched + page.matched,
    scanned: sum.scanned + page.scanned,
    of: Math.max(sum.of, page.of),
    nextCursor: page.nextCursor,
    oldest: least(sum.oldest, page.oldest),
    newest: most(sum.newest, page.newest),
  };
}

function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

function most(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

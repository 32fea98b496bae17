'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { JobRow } from '@/lib/domain/job';
import type { JobState } from '@/lib/domain/queue';
import { apiStream } from '../api/client';
import { sentenceOf } from '../api/problem';
import { readSearch } from './read-search';
import type { Order } from './use-jobs';

/** Hits after which a search waits to be told to go on. */
const HITS_A_TIME = 200;
/** Hits kept on a page; more than that nobody reads. */
export const MAX_HITS = 2_000;

export type SearchState = {
  hits: readonly JobRow[];
  /** Jobs looked at, of `of` in the state; `null` before the first answer. */
  scanned: number;
  of: number | null;
  unsearched: number;
  /** `full`: as many hits as asked for, there may be more. */
  status: 'running' | 'stopped' | 'full' | 'done' | 'failed';
  error: string | null;
  cursor: string | null;
};

const NEW: SearchState = {
  hits: [],
  scanned: 0,
  of: null,
  unsearched: 0,
  status: 'running',
  error: null,
  cursor: null,
};

type Options = { queueKey: string; state: JobState; order: Order; q: string | null };

/** A search that runs while it is on the screen: it begins with the options and ends with them. `q: null` runs none. */
export function useSearch({ queueKey, state, order, q }: Options) {
  const [search, setSearch] = useState<SearchState>(NEW);
  const running = useRef<AbortController | null>(null);

  const run = useCallback(
    async (from: SearchState) => {
      running.current?.abort();
      const stopping = new AbortController();
      running.current = stopping;
      let now: SearchState = { ...from, status: 'running', error: null };
      const show = (next: SearchState) => {
        now = next;
        if (running.current === stopping) setSearch(now);
      };
      show(now);
      const query = new URLSearchParams({
        state,
        order,
        q: q ?? '',
        limit: String(HITS_A_TIME),
        ...(from.cursor === null ? {} : { cursor: from.cursor }),
      });
      const before = from.hits.length;
      try {
        const response = await apiStream(`/queues/${queueKey}/jobs/search/stream?${query.toString()}`, {
          signal: stopping.signal,
        });
        for await (const line of readSearch(response)) {
          if ('problem' in line) throw new Error(line.problem.detail);
          const known = new Set(now.hits.map(({ id }) => id));
          show({
            ...now,
            hits: [...now.hits, ...line.jobs.filter(({ id }) => !known.has(id))],
            scanned: now.scanned + line.scanned,
            of: line.of,
            unsearched: now.unsearched + line.unsearched,
            cursor: line.nextCursor,
          });
        }
        const isFull = now.hits.length - before >= HITS_A_TIME;
        show({ ...now, status: now.cursor === null ? 'done' : isFull ? 'full' : 'stopped' });
      } catch (error) {
        if (!stopping.signal.aborted) show({ ...now, status: 'failed', error: sentenceOf(error) });
      }
    },
    [queueKey, state, order, q],
  );

  useEffect(() => {
    if (q !== null) void run(NEW);
    return () => running.current?.abort();
  }, [q, run]);

  return {
    search,
    stop: () => {
      running.current?.abort();
      setSearch((now) => (now.status === 'running' ? { ...now, status: 'stopped' } : now));
    },
    goOn: () => void run(search),
    restart: () => void run(NEW),
    /** Takes hits off the list that have left the state. */
    drop: (ids: ReadonlySet<string>) =>
      setSearch((now) => ({ ...now, hits: now.hits.filter(({ id }) => !ids.has(id)) })),
  };
}

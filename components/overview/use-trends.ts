'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { MAX_TRENDS, trendsSchema } from '@/lib/domain/trend';
import { apiGet } from '../api/client';

/** Highest backlog of each of the last whole minutes, oldest first; `null` where nobody looked. */
export type Trend = readonly (number | null)[];

const MINUTE_MS = 60_000;
/** Scrolling asks for nothing until it rests. */
const REST_MS = 250;
/** What an address holds without being refused anywhere. */
const MAX_KEYS_LENGTH = 6_000;

const NONE: Record<string, Trend> = {};

/** The last half hour of the queues in view, once a minute; empty where it cannot be read. */
export function useTrends(queueKeys: readonly string[]): Record<string, Trend> {
  const wanted = useRested([...queueKeys].sort().join(','));
  const { data } = useQuery({
    queryKey: ['trends', wanted],
    queryFn: ({ signal }) => readAll(wanted.split(','), signal),
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
    staleTime: MINUTE_MS,
    refetchInterval: MINUTE_MS,
  });
  return data ?? NONE;
}

async function readAll(queueKeys: readonly string[], signal: AbortSignal): Promise<Record<string, Trend>> {
  const answers = await Promise.all(
    batches(queueKeys).map((keys) =>
      apiGet(`/trends?queues=${encodeURIComponent(keys.join(','))}`, trendsSchema, { signal }),
    ),
  );
  return Object.assign({}, ...answers.map(({ trends }) => trends)) as Record<string, Trend>;
}

function batches(queueKeys: readonly string[]): string[][] {
  const all: string[][] = [];
  let length = Infinity;
  for (const key of queueKeys) {
    const last = all.at(-1);
    if (!last || last.length >= MAX_TRENDS || length + key.length > MAX_KEYS_LENGTH) {
      all.push([key]);
      length = key.length;
    } else {
      last.push(key);
      length += key.length + 3;
    }
  }
  return all;
}

/** The value once it has not changed for a moment; the first one at once. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    if (value === rested) return;
    const timer = setTimeout(() => setRested(value), rested === '' ? 0 : REST_MS);
    return () => clearTimeout(timer);
  }, [value, rested]);
  return rested;
}

'use client';
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import type { JobState } from '@/lib/domain/queue';
import type { Order } from './use-jobs';

/** What the address says of a list: its order, page or time, search and order of the rows. */
export function useListPlace(state: JobState) {
  // What waits is read in the order in which it will run; what has ended, from the latest.
  const usual: Order = state === 'failed' || state === 'completed' ? 'newest' : 'oldest';
  const [place, setPlace] = useQueryStates(
    {
      q: parseAsString.withDefault(''),
      order: parseAsStringLiteral(['newest', 'oldest']).withDefault(usual),
      cursor: parseAsString,
      at: parseAsInteger,
      sort: parseAsString,
    },
    { history: 'push' },
  );
  return { place, setPlace };
}

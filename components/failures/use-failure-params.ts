'use client';
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { windowOf } from '../charts/range';
import { SORTS, STATE_FILTERS } from './failure-words';

/** As far back as failures are kept. */
export const FAILURE_RANGES = ['1h', '24h', '7d', '30d', '90d'] as const;

/** What the list and the page of a kind show, as the address says it. */
export function useFailureParams() {
  const [params, setParams] = useQueryStates({
    range: parseAsStringLiteral(FAILURE_RANGES).withDefault('24h'),
    from: parseAsInteger,
    to: parseAsInteger,
    state: parseAsStringLiteral(STATE_FILTERS).withDefault('open'),
    sort: parseAsStringLiteral(SORTS).withDefault('count'),
    filter: parseAsString.withDefault(''),
    queue: parseAsString,
  });
  const { range, from, to } = params;
  const window = useMemo(() => windowOf(range, from, to), [range, from, to]);
  return { ...params, window, setParams };
}

'use client';
import { parseAsArrayOf, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback, useMemo } from 'react';
import { MARK_KINDS } from '@/lib/domain/mark';
import { COMPARISON_NAMES, DEFAULT_RANGE, RANGE_NAMES, windowOf, type Bounds, type RangeName } from './range';

const PARSERS = {
  range: parseAsStringLiteral(RANGE_NAMES).withDefault(DEFAULT_RANGE),
  from: parseAsInteger,
  to: parseAsInteger,
  compare: parseAsStringLiteral(COMPARISON_NAMES),
  /** The job name that the charts are narrowed to. */
  name: parseAsString,
  /** Kinds of marks that are hidden. */
  hide: parseAsArrayOf(parseAsStringLiteral(MARK_KINDS)).withDefault([]),
};

/** What the charts show, as the address says it. */
export function useChartParams() {
  const [params, setParams] = useQueryStates(PARSERS, { history: 'push' });
  const { range, from, to } = params;
  const window = useMemo(() => windowOf(range, from, to), [range, from, to]);
  const freeze = useCallback((bounds: Bounds) => void setParams(bounds), [setParams]);
  const follow = useCallback(
    (next?: RangeName) => void setParams({ from: null, to: null, ...(next ? { range: next } : {}) }),
    [setParams],
  );
  return { ...params, window, freeze, follow, setParams };
}

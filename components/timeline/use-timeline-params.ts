'use client';
import { parseAsArrayOf, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback, useMemo } from 'react';
import { MARK_KINDS } from '@/lib/domain/mark';
import { COMPARISON_NAMES, RANGE_NAMES, windowOf, type Bounds, type RangeName } from '../charts/range';
import { TIMELINE_METRIC_NAMES } from './timeline-metrics';

const PARSERS = {
  range: parseAsStringLiteral(RANGE_NAMES).withDefault('3h'),
  from: parseAsInteger,
  to: parseAsInteger,
  compare: parseAsStringLiteral(COMPARISON_NAMES),
  /** Kinds that are hidden. */
  hide: parseAsArrayOf(parseAsStringLiteral(MARK_KINDS)).withDefault([]),
  source: parseAsString,
  /** Pattern of queues. */
  queues: parseAsString.withDefault(''),
  q: parseAsString.withDefault(''),
  metric: parseAsStringLiteral(TIMELINE_METRIC_NAMES).withDefault('depth.backlog'),
};

/** What the timeline shows, as the address says it. */
export function useTimelineParams() {
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
export type TimelineParams = ReturnType<typeof useTimelineParams>;

import type { Series } from '@/lib/domain/series';

/** A series that starts at 0 with steps of one minute, different in what is given. */
export function aSeries(series: Series['series'], rest: Partial<Omit<Series, 'series'>> = {}): Series {
  const stepMs = rest.stepMs ?? 60_000;
  const count = Math.max(0, ...Object.values(series).map(({ length }) => length));
  return { from: 0, to: count * stepMs, stepMs, gaps: [], partial: [], unfinishedFrom: null, ...rest, series };
}

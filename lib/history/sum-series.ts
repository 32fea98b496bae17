import { COUNTER_METRICS, type Series } from '../domain/series';

/** Metrics that mean something for several queues at once, and how they go together. */
const MAXIMA = ['oldestWaitingMs', 'overdueMs'];

/** `null`: a figure of several queues cannot be made of theirs (medians of medians are none). */
export function howToJoin(metric: string): 'sum' | 'max' | null {
  if (MAXIMA.includes(metric)) return 'max';
  const isCounter = (COUNTER_METRICS as readonly string[]).includes(metric);
  return isCounter || metric === 'workers' || /^depth\.\w+$/.test(metric) ? 'sum' : null;
}

/**
 * One series of several queues'. All have the same range and step. Where nothing is known of one queue the others
 * count; a step in which nobody looked at any of them stays unknown.
 */
export function joinSeries([first, ...rest]: readonly [Series, ...Series[]], metrics: readonly string[]): Series {
  const all = [first, ...rest];
  const length = Math.max(0, Math.round((first.to - first.from) / first.stepMs));
  const joined = metrics.map((metric): [string, (number | null)[]] => {
    const how = howToJoin(metric);
    return [
      metric,
      Array.from({ length }, (_, index) => {
        const known = all.flatMap(({ series }) => series[metric]?.[index] ?? []);
        if (known.length === 0 || how === null) return null;
        return how === 'max' ? Math.max(...known) : known.reduce((sum, value) => sum + value, 0);
      }),
    ];
  });
  const partial = new Map(
    all.flatMap((series) => series.partial).map((part) => [`${part.from} ${part.to} ${part.reason}`, part]),
  );
  return {
    ...first,
    gaps: first.gaps.filter(([from, to]) => rest.every(({ gaps }) => gaps.some(([a, b]) => a <= from && b >= to))),
    partial: [...partial.values()].slice(0, MAX_PARTIAL),
    series: Object.fromEntries(joined),
  };
}

const MAX_PARTIAL = 200;

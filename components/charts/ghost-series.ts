import type { Series } from '@/lib/domain/series';
import type { ChartData, LineSpec, Row } from './series-rows';

type Times = Pick<Series, 'from' | 'stepMs'>;

/**
 * Lays the same chart of an earlier time under a chart, `shiftMs` later than it was. A stack gets one line, its total.
 * The earlier time may only be kept in coarser steps: counts are then cut down to the steps that are shown.
 */
export function withGhosts(
  data: ChartData,
  before: ChartData,
  { now, then, shiftMs, isStacked }: { now: Times; then: Times; shiftMs: number; isStacked: boolean },
): ChartData {
  const ghosts: LineSpec[] = isStacked
    ? [{ key: ghostKey('total'), label: 'total', color: 'var(--ink-2)', shape: 'line' }]
    : data.lines.map(({ dash: _, ...line }) => ({ ...line, key: ghostKey(line.key), shape: 'line' as const }));
  const rows = data.rows.map((row) => {
    const earlier = before.rows[Math.floor((row.at - shiftMs - then.from) / then.stepMs)];
    const values: Record<string, number | null> = {};
    if (isStacked) values[ghostKey('total')] = earlier ? totalOf(earlier, before.lines) : null;
    else
      for (const { key, isCount } of data.lines) {
        const value = earlier?.[key] ?? null;
        values[ghostKey(key)] = value === null || !isCount ? value : (value * now.stepMs) / then.stepMs;
      }
    return { ...row, ...values } as Row;
  });
  return { ...data, rows, ghosts };
}

/** Key of a line's value at the time that is compared with. */
export function ghostKey(key: string): string {
  return `before ${key}`;
}

function totalOf(row: Row, lines: readonly LineSpec[]): number | null {
  const known = lines.flatMap(({ key, isAge }) => (isAge ? [] : (row[key] ?? [])));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

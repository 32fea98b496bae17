'use client';
import type { Series } from '@/lib/domain/series';
import { formatDuration } from '../format/duration';
import { formatClock } from '../format/time';
import { usePreferences } from '../shell/preferences';
import type { LineSpec, Row } from './series-rows';

type Props = {
  at: number;
  series: Series;
  rows: readonly Row[];
  lines: readonly LineSpec[];
  format(value: number): string;
};

/** The values under the crosshair, with what is known about the bucket. */
export function ChartReadout({ at, series, rows, lines, format }: Props) {
  const { zone } = usePreferences();
  const row = rows[Math.round((at - series.from) / series.stepMs)];
  const gap = series.gaps.some(([from, to]) => at >= from && at < to);
  const partial = series.partial.find(({ from, to }) => at >= from && at < to);
  const isFilling = series.unfinishedFrom !== null && at >= series.unfinishedFrom;
  return (
    <div className="pointer-events-none min-w-32 rounded-md border border-line-strong bg-raised px-2 py-1.5 text-xs shadow-pop">
      <p className="text-ink-3">
        {formatClock(at, series.to, { zone })} · {formatDuration(series.stepMs)}
        {isFilling && ', still filling'}
      </p>
      {gap && <p className="text-warn">Nothing was collected then</p>}
      {lines.map(({ key, label, color }) => {
        const value = row?.[key] ?? null;
        return (
          <p key={key} className="flex items-center gap-1.5">
            <span aria-hidden className="h-2 w-2 shrink-0 rounded-[2px]" style={{ background: color }} />
            <span className="text-ink-2">{label}</span>
            <span className="ml-auto pl-3 font-medium">{value === null ? '–' : format(value)}</span>
          </p>
        );
      })}
      {partial && <p className="max-w-56 text-warn">{partial.reason}</p>}
    </div>
  );
}

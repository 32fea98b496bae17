'use client';
import { formatDuration } from '../format/duration';
import { formatClock } from '../format/time';
import { usePreferences } from '../shell/preferences';
import { JobLine } from '../ui/job-text';
import { useCharts } from './charts-context';
import { MARK_LOOKS } from './mark-kinds';
import { formatFor, type LineSpec, type Row } from './series-rows';

type Props = {
  at: number;
  rows: readonly Row[];
  lines: readonly LineSpec[];
  ghosts: readonly LineSpec[];
  format(value: number): string;
};

const MOST_MARKS = 3;

/** The values under the crosshair, with what is known about the bucket. */
export function ChartReadout({ at, rows, lines, ghosts, format }: Props) {
  const { series, before, marks } = useCharts();
  const { zone } = usePreferences();
  const row = rows[Math.round((at - series.from) / series.stepMs)];
  const gap = series.gaps.some(([from, to]) => at >= from && at < to);
  const partial = series.partial.find(({ from, to }) => at >= from && at < to);
  const isFilling = series.unfinishedFrom !== null && at >= series.unfinishedFrom;
  const near = marks.flatMap((group) => group.marks.filter((mark) => mark.at >= at && mark.at < at + series.stepMs));
  const shown = (value: number | null | undefined, words = format) =>
    value === null || value === undefined ? '–' : words(value);
  return (
    <div className="pointer-events-none max-w-64 min-w-32 rounded-md border border-line-strong bg-raised px-2 py-1.5 text-xs shadow-pop">
      <p className="text-ink-3">
        {formatClock(at, series.to, { zone })} · {formatDuration(series.stepMs)}
        {isFilling && ', still filling'}
      </p>
      {gap && <p className="text-warn">Nothing was collected then</p>}
      {lines.map((line) => (
        <p key={line.key} className="flex items-center gap-1.5">
          <span aria-hidden className="h-2 w-2 shrink-0 rounded-[2px]" style={{ background: line.color }} />
          <span className="text-ink-2">{line.label}</span>
          <span className="ml-auto pl-3 font-medium">
            {shown(row?.[line.key], formatFor(line, format))}
            {isFilling && line.isCount && ' so far'}
          </span>
        </p>
      ))}
      {before && ghosts.some(({ key }) => (row?.[key] ?? null) !== null) && (
        <p className="mt-1 border-t border-line pt-1 text-ink-3">
          {before.label}: {ghosts.map(({ key, label }) => `${label} ${shown(row?.[key])}`).join(' · ')}
        </p>
      )}
      {partial && <p className="text-warn">{partial.reason}</p>}
      {near.slice(0, MOST_MARKS).map(({ id, kind, text }) => (
        <p key={id} className="flex gap-1.5 [overflow-wrap:anywhere]">
          <span aria-hidden style={{ color: MARK_LOOKS[kind].color }}>
            {MARK_LOOKS[kind].glyph}
          </span>
          <JobLine className="line-clamp-2">{text}</JobLine>
        </p>
      ))}
      {near.length > MOST_MARKS && <p className="text-ink-3">and {near.length - MOST_MARKS} more</p>}
    </div>
  );
}

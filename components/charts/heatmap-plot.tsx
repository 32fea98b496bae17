'use client';
import { useMemo, useState, type PointerEvent } from 'react';
import type { Heatmap } from '@/lib/domain/series';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/number';
import { formatClock, formatTick } from '../format/time';
import { usePreferences } from '../shell/preferences';
import { timeTicks } from './axis-ticks';
import { BackdropPatterns } from './chart-backdrop';
import { useCharts } from './charts-context';
import { durationTicks, LEVELS, lowerBound, placeOf, toCells, totalsOf } from './heatmap-series';
import { AXIS_WIDTH_PX, MARGIN } from './time-chart';
import { useWidth } from './use-width';

export const PLOT_HEIGHT_PX = 220;
const AXIS_HEIGHT_PX = 22;
/** The histogram of the whole range stands beside the map where there is room. */
const HISTOGRAM_PX = 96;
const ROOM_FOR_HISTOGRAM_PX = 640;

/** Colour of a strength, from barely there to full. */
export function levelColor(level: number): string {
  return `color-mix(in oklab, var(--s-active) ${Math.round(18 + (82 * level) / (LEVELS - 1))}%, var(--panel))`;
}

/** Time to the right, duration upwards, the number of jobs as colour; beside it the whole range as a histogram. */
export function HeatmapPlot({ heatmap }: { heatmap: Heatmap }) {
  const { onZoom } = useCharts();
  const { zone } = usePreferences();
  const [width, ref] = useWidth();
  const [at, setAt] = useState<{ step: number; row: number } | null>(null);
  const [start, setStart] = useState<number | null>(null);
  const { from, to, stepMs, bounds, counts } = heatmap;
  const { cells } = useMemo(() => toCells(heatmap), [heatmap]);
  const totals = useMemo(() => totalsOf(heatmap), [heatmap]);
  const histogram = width >= ROOM_FOR_HISTOGRAM_PX ? HISTOGRAM_PX : 0;
  const plot = {
    left: AXIS_WIDTH_PX,
    top: MARGIN.top,
    width: Math.max(1, width - AXIS_WIDTH_PX - MARGIN.right - histogram),
    height: PLOT_HEIGHT_PX - MARGIN.top - AXIS_HEIGHT_PX,
  };
  const [cellWidth, cellHeight] = [plot.width / counts.length, plot.height / bounds.length];
  const yOf = (row: number) => plot.top + plot.height - (row + 1) * cellHeight;
  const xOf = (time: number) => plot.left + ((time - from) / (to - from)) * plot.width;
  const ticks = timeTicks(
    from,
    to,
    Math.max(2, Math.floor(plot.width / 110)),
    zone === 'utc' ? 0 : -new Date(to).getTimezoneOffset() * 60_000,
  );
  const find = ({ currentTarget, clientX, clientY }: PointerEvent<SVGSVGElement>) => {
    const box = currentTarget.getBoundingClientRect();
    const step = Math.floor((clientX - box.left - plot.left) / cellWidth);
    const row = Math.floor((plot.top + plot.height - (clientY - box.top)) / cellHeight);
    return counts[step] === undefined || bounds[row] === undefined ? null : { step, row };
  };
  const finish = () => {
    setStart(null);
    if (start === null || at === null || Math.abs(at.step - start) < 2) return;
    onZoom(from + Math.min(start, at.step) * stepMs, from + (Math.max(start, at.step) + 1) * stepMs);
  };
  const highest = Math.max(1, ...totals);
  return (
    <div ref={ref} className="relative" style={{ height: PLOT_HEIGHT_PX }}>
      {width > 0 && (
        <svg
          data-plot=""
          width={width}
          height={PLOT_HEIGHT_PX}
          className="cursor-crosshair select-none"
          aria-hidden
          onPointerDown={(event) => event.pointerType === 'mouse' && setStart(find(event)?.step ?? null)}
          onPointerMove={(event) => setAt(find(event))}
          onPointerUp={finish}
          onPointerLeave={() => (setAt(null), setStart(null))}
        >
          <BackdropPatterns />
          {unknownRuns(counts).map(([first, end]) => (
            <rect
              key={first}
              x={plot.left + first * cellWidth}
              y={plot.top}
              width={(end - first) * cellWidth}
              height={plot.height}
              fill="url(#gap-hatch)"
              fillOpacity={0.8}
            />
          ))}
          {cells.map((level, index) => (
            <path
              key={index}
              fill={levelColor(index)}
              d={level
                .map(
                  ({ step, row }) =>
                    `M${(plot.left + step * cellWidth).toFixed(2)} ${yOf(row).toFixed(2)}h${(cellWidth + 0.2).toFixed(2)}v${(cellHeight + 0.2).toFixed(2)}h-${(cellWidth + 0.2).toFixed(2)}z`,
                )
                .join('')}
            />
          ))}
          {start !== null && at !== null && (
            <rect
              x={plot.left + Math.min(start, at.step) * cellWidth}
              y={plot.top}
              width={(Math.abs(at.step - start) + 1) * cellWidth}
              height={plot.height}
              fill="var(--accent)"
              fillOpacity={0.18}
              stroke="var(--accent)"
            />
          )}
          {histogram > 0 &&
            totals.map((total, row) => (
              <rect
                key={row}
                x={plot.left + plot.width + 10}
                y={yOf(row) + 0.5}
                width={(total / highest) * (histogram - 10)}
                height={Math.max(1, cellHeight - 1)}
                fill="var(--s-active)"
                fillOpacity={at?.row === row ? 1 : 0.6}
              />
            ))}
          <g fill="var(--ink-3)" fontSize={11}>
            {durationTicks(bounds).map((ms) => (
              <text
                key={ms}
                x={plot.left - 8}
                y={plot.top + plot.height * (1 - placeOf(ms, bounds)) + 4}
                textAnchor="end"
              >
                {formatDuration(ms)}
              </text>
            ))}
            {ticks.map((tick) => (
              <text key={tick} x={xOf(tick)} y={PLOT_HEIGHT_PX - 6} textAnchor="middle">
                {formatTick(tick, to - from, { zone })}
              </text>
            ))}
          </g>
          <line
            x1={plot.left}
            x2={plot.left + plot.width}
            y1={plot.top + plot.height}
            y2={plot.top + plot.height}
            stroke="var(--line-strong)"
          />
        </svg>
      )}
      {at && (
        <p
          className="pointer-events-none absolute z-10 rounded-md border border-line-strong bg-raised px-2 py-1 text-xs whitespace-nowrap shadow-pop"
          style={{
            top: Math.max(0, yOf(at.row) - 34),
            ...(at.step < counts.length / 2
              ? { left: plot.left + (at.step + 1) * cellWidth + 8 }
              : { right: width - plot.left - at.step * cellWidth + 8 }),
          }}
        >
          <span className="text-ink-3">{formatClock(from + at.step * stepMs, to, { zone })}</span>{' '}
          {counts[at.step] === null ? (
            'nothing was collected'
          ) : (
            <>
              <span className="font-medium">{formatCount(counts[at.step]?.[at.row] ?? 0)}</span> of{' '}
              {formatDuration(lowerBound(bounds, at.row))} – {formatDuration(bounds[at.row] ?? null)}
            </>
          )}
        </p>
      )}
    </div>
  );
}

/** Steps without figures, as ranges of their numbers; the end is exclusive. */
function unknownRuns(counts: Heatmap['counts']): [number, number][] {
  const runs: [number, number][] = [];
  for (const [step, rows] of counts.entries()) {
    if (rows !== null) continue;
    const last = runs.at(-1);
    if (last?.[1] === step) last[1] = step + 1;
    else runs.push([step, step + 1]);
  }
  return runs;
}

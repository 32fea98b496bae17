'use client';
import { memo, useCallback, useMemo } from 'react';
import { CartesianGrid, ComposedChart, ReferenceArea, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { formatDuration } from '../format/duration';
import { formatTick } from '../format/time';
import { usePreferences } from '../shell/preferences';
import { durationAxis, timeTicks } from './axis-ticks';
import { BackdropPatterns, ChartBackdrop } from './chart-backdrop';
import { AGE_AXIS, ChartLines, drawingOf, GhostLines } from './chart-lines';
import { ChartReadout } from './chart-readout';
import { useCharts } from './charts-context';
import type { LineSpec, Row } from './series-rows';
import { useChartDrag } from './use-chart-drag';

export const CHART_HEIGHT_PX = 172;
export const AXIS_WIDTH_PX = 52;
export const MARGIN = { top: 8, right: 12, bottom: 0, left: 0 };
const TICK = { fill: 'var(--ink-3)', fontSize: 11 };
const AXIS_LINE = { stroke: 'var(--line-strong)' };
const CURSOR = { stroke: 'var(--ink-3)', strokeWidth: 1 };
const ON_TOP = { zIndex: 5 };
const FROM_ZERO: [number, 'auto'] = [0, 'auto'];

type Props = {
  rows: Row[];
  lines: readonly LineSpec[];
  ghosts: readonly LineSpec[];
  isStacked?: boolean;
  log?: { domain: [number, number]; ticks: number[] } | null;
  /** For the axis: short. */
  formatAxis(value: number): string;
  /** For the readout: exact. */
  format(value: number): string;
};

/**
 * A chart over time. All of a page share one crosshair; dragging zooms them, dragging with Shift moves them. Gaps stay
 * gaps and are hatched.
 */
export const TimeChart = memo(function TimeChart({
  rows,
  lines,
  ghosts,
  isStacked = false,
  log,
  formatAxis,
  format,
}: Props) {
  const { series, marks, onZoom, onPan } = useCharts();
  const { zone } = usePreferences();
  const { drag, handlers } = useChartDrag({ stepMs: series.stepMs, onZoom, onPan });
  const { from, to, stepMs, unfinishedFrom } = series;
  // Recharts takes new objects for new settings and works everything out again: all that it is given keeps its identity.
  const ticks = useMemo(
    () => timeTicks(from, to, 6, zone === 'utc' ? 0 : -new Date(to).getTimezoneOffset() * 60_000),
    [from, to, zone],
  );
  const domain = useMemo<[number, number]>(() => [from, to], [from, to]);
  const formatTime = useCallback((at: number) => formatTick(at, to - from, { zone }), [from, to, zone]);
  const drawings = useMemo(
    () => lines.map((line) => drawingOf(line, rows, { from: unfinishedFrom, stepMs })),
    [lines, rows, unfinishedFrom, stepMs],
  );
  const ages = useMemo(() => {
    const keys = lines.filter(({ isAge }) => isAge).map(({ key }) => key);
    if (keys.length === 0) return null;
    return durationAxis(rows.reduce((most, row) => Math.max(most, ...keys.map((key) => row[key] ?? 0)), 0));
  }, [lines, rows]);
  const content = useCallback(
    ({ active, label }: { active?: boolean; label?: string | number }) =>
      active && label !== undefined ? <ChartReadout at={Number(label)} {...{ rows, lines, ghosts, format }} /> : null,
    [rows, lines, ghosts, format],
  );
  return (
    <ResponsiveContainer width="100%" height={CHART_HEIGHT_PX} minWidth={0}>
      <ComposedChart
        data={rows}
        margin={MARGIN}
        syncId="queue"
        className={drag?.isPan ? 'cursor-grabbing select-none' : 'cursor-crosshair select-none'}
        {...handlers}
      >
        <BackdropPatterns />
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          type="number"
          scale="time"
          domain={domain}
          ticks={ticks}
          tickFormatter={formatTime}
          tick={TICK}
          tickLine={false}
          axisLine={AXIS_LINE}
          height={22}
          minTickGap={24}
        />
        <YAxis
          width={AXIS_WIDTH_PX}
          {...(log
            ? { scale: 'log' as const, domain: log.domain, ticks: log.ticks, allowDataOverflow: true }
            : { domain: FROM_ZERO, allowDecimals: false })}
          tickCount={4}
          tickFormatter={formatAxis}
          tick={TICK}
          tickLine={false}
          axisLine={false}
        />
        {ages && (
          <YAxis
            yAxisId={AGE_AXIS}
            orientation="right"
            width={AXIS_WIDTH_PX}
            domain={ages.domain}
            ticks={ages.ticks}
            tickFormatter={formatDuration}
            tick={TICK}
            tickLine={false}
            axisLine={false}
          />
        )}
        <ChartBackdrop series={series} marks={marks} />
        <GhostLines ghosts={ghosts} />
        <ChartLines drawings={drawings} isStacked={isStacked} />
        {drag && !drag.isPan && drag.from !== drag.to && (
          <ReferenceArea x1={drag.from} x2={drag.to} fill="var(--accent)" fillOpacity={0.15} stroke="var(--accent)" />
        )}
        <Tooltip isAnimationActive={false} cursor={CURSOR} wrapperStyle={ON_TOP} content={content} />
      </ComposedChart>
    </ResponsiveContainer>
  );
});

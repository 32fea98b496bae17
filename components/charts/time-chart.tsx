'use client';
import { memo, useCallback, useMemo, useState } from 'react';
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
  type DotItemDotProps,
} from 'recharts';
import type { Series } from '@/lib/domain/series';
import { formatTick } from '../format/time';
import { usePreferences } from '../shell/preferences';
import { timeTicks } from './axis-ticks';
import { ChartReadout } from './chart-readout';
import type { LineSpec, Row } from './series-rows';

export const CHART_HEIGHT_PX = 172;
const TICK = { fill: 'var(--ink-3)', fontSize: 11 };
const AXIS_LINE = { stroke: 'var(--line-strong)' };
const CURSOR = { stroke: 'var(--ink-3)', strokeWidth: 1 };
const ON_TOP = { zIndex: 5 };
const FROM_ZERO: [number, 'auto'] = [0, 'auto'];
const MARGIN = { top: 8, right: 12, bottom: 0, left: 0 };
/** A drag shorter than this many buckets is a click. */
const LEAST_BUCKETS = 2;

type Props = {
  series: Series;
  rows: Row[];
  lines: readonly LineSpec[];
  isStacked?: boolean;
  log?: { domain: [number, number]; ticks: number[] } | null;
  /** For the axis: short. */
  formatAxis(value: number): string;
  /** For the readout: exact. */
  format(value: number): string;
  onZoom(from: number, to: number): void;
};

/** A chart over time. All of a page share one crosshair; dragging zooms them. Gaps stay gaps and are hatched. */
export const TimeChart = memo(function TimeChart({
  series,
  rows,
  lines,
  isStacked = false,
  log,
  formatAxis,
  format,
  onZoom,
}: Props) {
  const { zone } = usePreferences();
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const { from, to, stepMs, gaps, partial, unfinishedFrom } = series;
  // Recharts takes new objects for new settings and works everything out again: all that it is given keeps its identity.
  const ticks = useMemo(
    () => timeTicks(from, to, 6, zone === 'utc' ? 0 : -new Date(to).getTimezoneOffset() * 60_000),
    [from, to, zone],
  );
  const domain = useMemo<[number, number]>(() => [from, to], [from, to]);
  const formatTime = useCallback((at: number) => formatTick(at, to - from, { zone }), [from, to, zone]);
  const drawn = useMemo(() => lines.map((line) => ({ line, props: common(line, rows) })), [lines, rows]);
  const content = useCallback(
    ({ active, label }: { active?: boolean; label?: string | number }) =>
      active && label !== undefined ? (
        <ChartReadout at={Number(label)} series={series} rows={rows} lines={lines} format={format} />
      ) : null,
    [series, rows, lines, format],
  );
  const finish = () => {
    if (drag && Math.abs(drag.to - drag.from) >= LEAST_BUCKETS * stepMs)
      onZoom(Math.min(drag.from, drag.to), Math.max(drag.from, drag.to));
    setDrag(null);
  };
  return (
    <ResponsiveContainer width="100%" height={CHART_HEIGHT_PX} minWidth={0}>
      <ComposedChart
        data={rows}
        margin={MARGIN}
        syncId="queue"
        className="cursor-crosshair select-none"
        onMouseDown={({ activeLabel }) =>
          activeLabel !== undefined && setDrag({ from: Number(activeLabel), to: Number(activeLabel) })
        }
        onMouseMove={({ activeLabel }) =>
          drag && activeLabel !== undefined && setDrag({ ...drag, to: Number(activeLabel) })
        }
        onMouseUp={finish}
        onMouseLeave={() => setDrag(null)}
      >
        <defs>
          <pattern id="gap-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line x1="0" y1="0" x2="0" y2="6" stroke="var(--line-strong)" strokeWidth="2" />
          </pattern>
          <pattern id="partial-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line x1="0" y1="0" x2="0" y2="8" stroke="var(--warn)" strokeWidth="1" opacity="0.5" />
          </pattern>
        </defs>
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
          width={52}
          {...(log
            ? { scale: 'log' as const, domain: log.domain, ticks: log.ticks, allowDataOverflow: true }
            : { domain: FROM_ZERO, allowDecimals: false })}
          tickCount={4}
          tickFormatter={formatAxis}
          tick={TICK}
          tickLine={false}
          axisLine={false}
        />
        {gaps.map(([start, end]) => (
          <ReferenceArea
            key={`gap${start}`}
            x1={Math.max(start, from)}
            x2={Math.min(end, to)}
            fill="url(#gap-hatch)"
            fillOpacity={0.8}
            ifOverflow="hidden"
          />
        ))}
        {partial.map((each) => (
          <ReferenceArea
            key={`partial${each.from}`}
            x1={Math.max(each.from, from)}
            x2={Math.min(each.to, to)}
            fill="url(#partial-hatch)"
            fillOpacity={1}
            ifOverflow="hidden"
          />
        ))}
        {unfinishedFrom !== null && unfinishedFrom > from && (
          <ReferenceLine x={unfinishedFrom} stroke="var(--ink-3)" strokeDasharray="1 3" ifOverflow="hidden" />
        )}
        {drawn.map(({ line, props }) =>
          line.shape === 'area' ? (
            <Area
              key={line.key}
              {...props}
              type="linear"
              fill={line.color}
              fillOpacity={isStacked ? 0.3 : 0.16}
              {...(isStacked ? { stackId: 'depth' } : {})}
            />
          ) : (
            <Line key={line.key} {...props} type={line.shape === 'step' ? 'stepAfter' : 'linear'} />
          ),
        )}
        {drag && drag.from !== drag.to && (
          <ReferenceArea x1={drag.from} x2={drag.to} fill="var(--accent)" fillOpacity={0.15} stroke="var(--accent)" />
        )}
        <Tooltip isAnimationActive={false} cursor={CURSOR} wrapperStyle={ON_TOP} content={content} />
      </ComposedChart>
    </ResponsiveContainer>
  );
});

function common({ key, label, color, dash }: LineSpec, rows: readonly Row[]) {
  return {
    // A key with a dot would be read as a path.
    dataKey: (row: Row) => row[key] ?? null,
    name: label,
    stroke: color,
    strokeWidth: 1.5,
    ...(dash ? { strokeDasharray: dash } : {}),
    dot: (props: DotItemDotProps) => lonelyDot(props, rows, key, color),
    activeDot: { r: 2.5, strokeWidth: 0, fill: color },
    connectNulls: false,
    isAnimationActive: false,
  };
}

/** A value between two gaps has no line to be part of: it is drawn as a dot. */
function lonelyDot({ cx, cy, index }: DotItemDotProps, rows: readonly Row[], key: string, color: string) {
  const isKnown = (at: number) => (rows[at]?.[key] ?? null) !== null;
  const isLonely = isKnown(index) && !isKnown(index - 1) && !isKnown(index + 1);
  return isLonely && cx !== undefined && cy !== undefined ? (
    <circle key={index} cx={cx} cy={cy} r={1.75} fill={color} />
  ) : (
    <g key={index} />
  );
}

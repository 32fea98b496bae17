'use client';
import { Area, Line, type DotItemDotProps } from 'recharts';
import type { LineSpec, Row } from './series-rows';
import { settledValue, tailValue, type Filling } from './tail-series';

/** Name of the axis that ages are drawn against. */
export const AGE_AXIS = 'age';

/** The props of everything that is drawn of one line, kept from one drawing to the next. */
export function drawingOf(line: LineSpec, rows: readonly Row[], filling: Filling) {
  const { color, dash, label } = line;
  const settled = (row: Row) => settledValue(row, line, filling);
  const tail = (row: Row) => tailValue(row, line, filling);
  const shared = { name: label, stroke: color, strokeWidth: 1.5, connectNulls: false, isAnimationActive: false };
  return {
    line,
    hasTail: filling.from !== null,
    axis: line.isAge ? { yAxisId: AGE_AXIS } : {},
    settled: {
      ...shared,
      dataKey: settled,
      ...(dash ? { strokeDasharray: dash } : {}),
      dot: (props: DotItemDotProps) => lonelyDot(props, rows, settled, color),
      activeDot: { r: 2.5, strokeWidth: 0, fill: color },
    },
    tail: {
      ...shared,
      dataKey: tail,
      strokeDasharray: '1.5 3',
      strokeOpacity: 0.75,
      dot: (props: DotItemDotProps) => openDot(props, rows, line, filling),
      activeDot: { r: 2.5, strokeWidth: 1.25, fill: 'var(--panel)', stroke: color },
    },
  };
}
export type Drawing = ReturnType<typeof drawingOf>;

/** Lines and areas; what is still filling is drawn apart, dashed and open. */
export function ChartLines({ drawings, isStacked }: { drawings: readonly Drawing[]; isStacked: boolean }) {
  return drawings.map(({ line, settled, tail, hasTail, axis }) => {
    if (line.shape !== 'area') {
      const type = line.shape === 'step' ? 'stepAfter' : 'linear';
      return [
        <Line key={line.key} {...settled} {...axis} type={type} />,
        hasTail && <Line key={`${line.key} tail`} {...tail} {...axis} type={type} />,
      ];
    }
    // In a stack each layer is its thickness: an outline of a thin layer would paint over the edge of the thick one.
    const stackOf = (name: string) => (isStacked ? { stackId: name, strokeWidth: 0 } : {});
    return [
      <Area
        key={line.key}
        {...settled}
        {...stackOf('settled')}
        type="linear"
        fill={line.color}
        fillOpacity={isStacked ? 0.65 : 0.16}
      />,
      hasTail && (
        <Area
          key={`${line.key} tail`}
          {...tail}
          {...stackOf('tail')}
          type="linear"
          fill={line.color}
          fillOpacity={isStacked ? 0.3 : 0.06}
        />
      ),
    ];
  });
}

/** The time that is compared with: thin, under everything else. */
export function GhostLines({ ghosts }: { ghosts: readonly LineSpec[] }) {
  return ghosts.map(({ key, label, color }) => (
    <Line
      key={key}
      dataKey={(row: Row) => row[key] ?? null}
      name={label}
      type="linear"
      stroke={color}
      strokeWidth={1}
      strokeOpacity={0.6}
      strokeDasharray="1 2"
      dot={false}
      activeDot={false}
      connectNulls={false}
      isAnimationActive={false}
    />
  ));
}

/** A value between two gaps has no line to be part of: it is drawn as a dot. */
function lonelyDot(
  { cx, cy, index }: DotItemDotProps,
  rows: readonly Row[],
  value: (row: Row) => number | null,
  color: string,
) {
  const isKnown = (at: number) => {
    const row = rows[at];
    return row !== undefined && value(row) !== null;
  };
  const isLonely = isKnown(index) && !isKnown(index - 1) && !isKnown(index + 1);
  return isLonely && cx !== undefined && cy !== undefined ? (
    <circle key={index} cx={cx} cy={cy} r={1.75} fill={color} />
  ) : (
    <g key={index} />
  );
}

function openDot({ cx, cy, index }: DotItemDotProps, rows: readonly Row[], line: LineSpec, { from }: Filling) {
  const row = rows[index];
  const isFilling = row !== undefined && from !== null && row.at >= from && (row[line.key] ?? null) !== null;
  return isFilling && cx !== undefined && cy !== undefined ? (
    <circle key={index} cx={cx} cy={cy} r={2} fill="var(--panel)" stroke={line.color} strokeWidth={1.25} />
  ) : (
    <g key={index} />
  );
}

'use client';
import { useMemo } from 'react';
import { formatDuration } from '../format/duration';
import { formatCompact, formatCount } from '../format/number';
import { ChartFrame, type ChartProps } from './chart-frame';
import { toStalled } from './stalled-series';

export function StalledChart(props: ChartProps) {
  const data = useMemo(() => toStalled(props.series), [props.series]);
  return (
    <ChartFrame
      {...props}
      title="Stalled"
      unit={`jobs that lost their worker, per ${formatDuration(props.series.stepMs)}`}
      data={data}
      formatAxis={formatCompact}
      format={formatCount}
    />
  );
}

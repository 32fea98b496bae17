'use client';
import { useMemo } from 'react';
import { formatDuration } from '../format/duration';
import { formatCompact, formatCount } from '../format/number';
import { ChartFrame, type ChartProps } from './chart-frame';
import { toFailed } from './failed-series';

export function FailedChart(props: ChartProps) {
  const data = useMemo(() => toFailed(props.series), [props.series]);
  return (
    <ChartFrame
      {...props}
      title="Failed"
      unit={`per ${formatDuration(props.series.stepMs)}`}
      data={data}
      formatAxis={formatCompact}
      format={formatCount}
    />
  );
}

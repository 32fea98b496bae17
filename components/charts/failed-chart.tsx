'use client';
import { formatDuration } from '../format/duration';
import { formatCompact, formatCount } from '../format/number';
import { ChartFrame, type ChartProps } from './chart-frame';
import { toFailed } from './failed-series';

export function FailedChart(props: ChartProps) {
  return (
    <ChartFrame {...props} title="Failed" unit={`per ${formatDuration(props.series.stepMs)}`} data={toFailed(props.series)} formatAxis={formatCompact} format={formatCount} />
  );
}

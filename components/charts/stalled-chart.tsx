'use client';
import { formatDuration } from '../format/duration';
import { formatCompact, formatCount } from '../format/number';
import { ChartFrame, type ChartProps } from './chart-frame';
import { toStalled } from './stalled-series';

export function StalledChart(props: ChartProps) {
  return (
    <ChartFrame {...props} title="Stalled" unit={`jobs that lost their worker, per ${formatDuration(props.series.stepMs)}`} data={toStalled(props.series)} formatAxis={formatCompact} format={formatCount} />
  );
}

'use client';
import { formatCompact } from '../format/number';
import { ChartFrame, type ChartProps } from './chart-frame';
import { toThroughput } from './throughput-series';

export function ThroughputChart({ now, ...props }: ChartProps & { now: number }) {
  return (
    <ChartFrame {...props} title="Throughput" unit="jobs per minute" data={toThroughput(props.series, now)} formatAxis={formatCompact} format={formatCompact} />
  );
}

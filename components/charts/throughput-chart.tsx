'use client';
import { useMemo } from 'react';
import { formatCompact } from '../format/number';
import { ChartFrame, type ChartProps } from './chart-frame';
import { toThroughput } from './throughput-series';

export function ThroughputChart({ now, ...props }: ChartProps & { now: number }) {
  const data = useMemo(() => toThroughput(props.series, now), [props.series, now]);
  return (
    <ChartFrame
      {...props}
      title="Throughput"
      unit="jobs per minute"
      data={data}
      formatAxis={formatCompact}
      format={formatCompact}
    />
  );
}

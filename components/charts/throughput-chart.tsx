'use client';
import { formatCompact } from '../format/number';
import { ChartFrame } from './chart-frame';
import { THROUGHPUT_METRICS, toThroughput } from './throughput-series';

export function ThroughputChart() {
  return (
    <ChartFrame
      title="Throughput"
      unit="jobs per minute"
      metrics={THROUGHPUT_METRICS}
      toData={toThroughput}
      formatAxis={formatCompact}
      format={formatCompact}
    />
  );
}

'use client';
import { formatCompact } from '../format/number';
import { ChartFrame } from './chart-frame';
import { useCharts } from './charts-context';
import { THROUGHPUT_METRICS, toThroughput } from './throughput-series';

export function ThroughputChart() {
  const { holds = 'jobs' } = useCharts();
  return (
    <ChartFrame
      title="Throughput"
      unit={`${holds} per minute`}
      metrics={THROUGHPUT_METRICS}
      toData={toThroughput}
      formatAxis={formatCompact}
      format={formatCompact}
    />
  );
}

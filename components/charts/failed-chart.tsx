'use client';
import { formatDuration } from '../format/duration';
import { formatCompact, formatCount } from '../format/number';
import { ChartFrame } from './chart-frame';
import { useCharts } from './charts-context';
import { FAILED_METRICS, toFailed } from './failed-series';

export function FailedChart() {
  const { series } = useCharts();
  return (
    <ChartFrame
      title="Failed"
      unit={`per ${formatDuration(series.stepMs)}`}
      metrics={FAILED_METRICS}
      toData={toFailed}
      formatAxis={formatCompact}
      format={formatCount}
    />
  );
}

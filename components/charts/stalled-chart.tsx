'use client';
import { formatDuration } from '../format/duration';
import { formatCompact, formatCount } from '../format/number';
import { ChartFrame } from './chart-frame';
import { useCharts } from './charts-context';
import { STALLED_METRICS, toStalled } from './stalled-series';

export function StalledChart() {
  const { series } = useCharts();
  return (
    <ChartFrame
      title="Stalled"
      unit={`jobs that lost their worker, per ${formatDuration(series.stepMs)}`}
      metrics={STALLED_METRICS}
      toData={toStalled}
      formatAxis={formatCompact}
      format={formatCount}
    />
  );
}

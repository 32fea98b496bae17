'use client';
import { formatDuration } from '../format/duration';
import { formatCompact, formatCount } from '../format/number';
import { ChartFrame } from './chart-frame';
import { useCharts } from './charts-context';
import { STALLED_METRICS, toStalled } from './stalled-series';

export function StalledChart() {
  const { series, holds } = useCharts();
  return (
    <ChartFrame
      title={holds === 'messages' ? 'Redelivered' : 'Stalled'}
      unit={`${holds === 'messages' ? 'messages given out again' : 'jobs that lost their worker'}, per ${formatDuration(series.stepMs)}`}
      metrics={STALLED_METRICS}
      toData={toStalled}
      formatAxis={formatCompact}
      format={formatCount}
    />
  );
}

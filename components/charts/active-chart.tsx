'use client';
import { formatCompact, formatCount } from '../format/number';
import { ACTIVE_METRICS, toActive, toUnacknowledged } from './active-series';
import { ChartFrame } from './chart-frame';
import { useCharts } from './charts-context';

export function ActiveChart() {
  const isOfMessages = useCharts().holds === 'messages';
  return (
    <ChartFrame
      title={isOfMessages ? 'Unacknowledged' : 'Active'}
      unit="highest per step"
      metrics={ACTIVE_METRICS}
      toData={isOfMessages ? toUnacknowledged : toActive}
      formatAxis={formatCompact}
      format={formatCount}
    />
  );
}

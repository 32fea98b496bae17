'use client';
import { formatCompact, formatCount } from '../format/number';
import { ACTIVE_METRICS, toActive } from './active-series';
import { ChartFrame } from './chart-frame';

export function ActiveChart() {
  return (
    <ChartFrame
      title="Active"
      unit="highest per step"
      metrics={ACTIVE_METRICS}
      toData={toActive}
      formatAxis={formatCompact}
      format={formatCount}
    />
  );
}

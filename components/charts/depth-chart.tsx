'use client';
import { formatCompact, formatCount } from '../format/number';
import { ChartFrame } from './chart-frame';
import { useCharts } from './charts-context';
import { DEPTH_METRICS, toDepth } from './depth-series';

export function DepthChart() {
  const { holds = 'jobs' } = useCharts();
  return (
    <ChartFrame
      title="Depth"
      unit={`${holds}; dashed: oldest`}
      metrics={DEPTH_METRICS}
      toData={toDepth}
      isStacked
      formatAxis={formatCompact}
      format={formatCount}
    />
  );
}

'use client';
import { formatCompact, formatCount } from '../format/number';
import { ChartFrame } from './chart-frame';
import { DEPTH_METRICS, toDepth } from './depth-series';

export function DepthChart() {
  return (
    <ChartFrame
      title="Depth"
      unit="jobs; dashed: oldest"
      metrics={DEPTH_METRICS}
      toData={toDepth}
      isStacked
      formatAxis={formatCompact}
      format={formatCount}
    />
  );
}

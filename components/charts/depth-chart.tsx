'use client';
import { formatCompact, formatCount } from '../format/number';
import { ChartFrame, type ChartProps } from './chart-frame';
import { toDepth } from './depth-series';

export function DepthChart(props: ChartProps) {
  return <ChartFrame {...props} title="Depth" unit="jobs by state" data={toDepth(props.series)} isStacked formatAxis={formatCompact} format={formatCount} />;
}

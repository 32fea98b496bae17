'use client';
import { formatCompact, formatCount } from '../format/number';
import { toActive } from './active-series';
import { ChartFrame, type ChartProps } from './chart-frame';

export function ActiveChart(props: ChartProps) {
  return <ChartFrame {...props} title="Active" unit="highest per step" data={toActive(props.series)} formatAxis={formatCompact} format={formatCount} />;
}

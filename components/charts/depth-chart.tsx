'use client';
import { useMemo } from 'react';
import { formatCompact, formatCount } from '../format/number';
import { ChartFrame, type ChartProps } from './chart-frame';
import { toDepth } from './depth-series';

export function DepthChart(props: ChartProps) {
  const data = useMemo(() => toDepth(props.series), [props.series]);
  return (
    <ChartFrame
      {...props}
      title="Depth"
      unit="jobs by state"
      data={data}
      isStacked
      formatAxis={formatCompact}
      format={formatCount}
    />
  );
}

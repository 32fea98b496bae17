'use client';
import { useMemo } from 'react';
import { formatCompact, formatCount } from '../format/number';
import { toActive } from './active-series';
import { ChartFrame, type ChartProps } from './chart-frame';

export function ActiveChart(props: ChartProps) {
  const data = useMemo(() => toActive(props.series), [props.series]);
  return (
    <ChartFrame
      {...props}
      title="Active"
      unit="highest per step"
      data={data}
      formatAxis={formatCompact}
      format={formatCount}
    />
  );
}

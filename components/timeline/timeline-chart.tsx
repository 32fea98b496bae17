'use client';
import { useMemo } from 'react';
import { ChartFrame } from '../charts/chart-frame';
import { formatOf, specOf, toLine, type TimelineMetric } from './timeline-metrics';

/** One metric above the timeline. `scope`: of which queues. */
export function TimelineChart({ metric, scope }: { metric: TimelineMetric; scope: string }) {
  const { label, unit } = specOf(metric);
  const toData = useMemo(() => toLine(metric), [metric]);
  const { axis, exact } = formatOf(metric);
  return (
    <ChartFrame
      title={label}
      unit={`${unit}; ${scope}`}
      metrics={[metric]}
      toData={toData}
      formatAxis={axis}
      format={exact}
    />
  );
}

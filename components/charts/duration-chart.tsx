'use client';
import { useState } from 'react';
import { formatDuration } from '../format/duration';
import { Segmented } from '../ui/segmented';
import { ChartFrame } from './chart-frame';
import { useCharts } from './charts-context';
import { durationMetrics, toRunTime, toWaitTime, type DurationKind } from './duration-series';

export const DURATION_KINDS = [
  { value: 'runMs', label: 'Run', hint: 'From start to finish' },
  { value: 'waitMs', label: 'Wait', hint: 'From ready to start' },
] as const;

export function DurationChart() {
  const { jobName } = useCharts();
  const [chosen, setKind] = useState<DurationKind>('runMs');
  // Wait times are not kept by job name.
  const kind = jobName === null ? chosen : 'runMs';
  return (
    <ChartFrame
      title={kind === 'runMs' ? 'Run time' : 'Wait time'}
      unit="log scale"
      metrics={durationMetrics(kind)}
      toData={kind === 'runMs' ? toRunTime : toWaitTime}
      isLog
      formatAxis={formatDuration}
      format={formatDuration}
      extra={
        jobName === null && (
          <Segmented<DurationKind> label="Which duration" value={kind} options={DURATION_KINDS} onChange={setKind} />
        )
      }
    />
  );
}

'use client';
import { useMemo, useState } from 'react';
import { formatDuration } from '../format/duration';
import { Segmented } from '../ui/segmented';
import { ChartFrame, type ChartProps } from './chart-frame';
import { toDuration, type DurationKind } from './duration-series';

const KINDS = [
  { value: 'runMs', label: 'Run', hint: 'From start to finish' },
  { value: 'waitMs', label: 'Wait', hint: 'From ready to start' },
] as const;

export function DurationChart(props: ChartProps) {
  const [kind, setKind] = useState<DurationKind>('runMs');
  const data = useMemo(() => toDuration(props.series, kind), [props.series, kind]);
  return (
    <ChartFrame
      {...props}
      title={kind === 'runMs' ? 'Run time' : 'Wait time'}
      unit="log scale"
      data={data}
      isLog
      formatAxis={formatDuration}
      format={formatDuration}
      extra={<Segmented<DurationKind> label="Which duration" value={kind} options={KINDS} onChange={setKind} />}
    />
  );
}

'use client';
import { memo, useCallback, useMemo } from 'react';
import { capabilitiesOf } from '@/lib/domain/capabilities';
import type { QueueKind } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { ActiveChart } from '../charts/active-chart';
import { ChartsContext, type Charts } from '../charts/charts-context';
import { DepthChart } from '../charts/depth-chart';
import { DurationChart } from '../charts/duration-chart';
import { FailedChart } from '../charts/failed-chart';
import { HeatmapChart } from '../charts/heatmap-chart';
import { groupMarks } from '../charts/mark-groups';
import { MarksLane } from '../charts/marks-lane';
import { NamesTable } from '../charts/names-table';
import { movedBy } from '../charts/range';
import { RangeBar } from '../charts/range-bar';
import { SeriesNotes } from '../charts/series-notes';
import { StalledChart } from '../charts/stalled-chart';
import { ThroughputChart } from '../charts/throughput-chart';
import { useChartParams } from '../charts/use-chart-params';
import { CopyIncident } from '../incident/copy-incident';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { Empty } from '../ui/empty';
import { NameFilter } from './name-filter';
import { RecentStalls } from './recent-stalls';
import { useMarks } from './use-marks';
import { useSeries } from './use-series';

const NO_MARKS: readonly never[] = [];

/** The history of a queue: charts with one time axis, and what happened on it. */
export const QueueCharts = memo(function QueueCharts({
  queueKey,
  queueName,
  kind,
}: {
  queueKey: string;
  queueName: string;
  kind: QueueKind;
}) {
  const { holds, hasDurations, hasNames, counters } = capabilitiesOf(kind);
  const params = useChartParams();
  const queueKeys = useMemo(() => [queueKey], [queueKey]);
  const { window, name, compare, hide, freeze, setParams } = params;
  const { data, error, isPlaceholderData, refetch } = useSeries(queueKey, { window, name, compare });
  const marked = useMarks(queueKey, window);
  const marks = marked.data?.marks ?? NO_MARKS;
  const groups = useMemo(() => (data ? groupMarks(marks, data.series, hide) : NO_MARKS), [marks, data, hide]);
  const chooseName = (next: string | null) => void setParams({ name: next });
  const onZoom = useCallback((from: number, to: number) => freeze({ from, to }), [freeze]);
  const onPan = useCallback(
    (ms: number) => data && freeze(movedBy({ from: data.series.from, to: data.series.to }, ms, Date.now())),
    [data, freeze],
  );
  const charts = useMemo<Charts | null>(
    () =>
      (data && {
        ...data,
        marks: groups,
        queueKey,
        queueName,
        jobName: name,
        holds: capabilitiesOf(kind).holds,
        onZoom,
        onPan,
      }) ||
      null,
    [data, groups, queueKey, queueName, name, kind, onZoom, onPan],
  );
  return (
    <section aria-labelledby="history">
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 id="history" className="text-sm">
          History
        </h2>
        {data && <SeriesNotes series={data.series} before={data.before} />}
        <div className="ml-auto flex min-w-0 flex-wrap items-center gap-2">
          <CopyIncident queueKeys={queueKeys} window={window} />
          <RangeBar params={params} now={data?.now ?? 0} />
        </div>
      </div>
      {name !== null && <NameFilter name={name} onClear={() => chooseName(null)} />}
      {error && !data && (
        <div className="panel">
          <Empty title="The history cannot be read">
            <p className="mb-3">{sentenceOf(error)}</p>
            <Button onClick={() => void refetch()}>Try again</Button>
          </Empty>
        </div>
      )}
      {error && data && <p className="mb-2 text-xs text-warn">The charts stand still: {sentenceOf(error)}</p>}
      {!data && !error && <ChartSkeletons />}
      {charts && (
        <ChartsContext value={charts}>
          <div className={cn(isPlaceholderData && 'stale')}>
            <MarksLane
              marks={marks}
              bounds={charts.series}
              hidden={hide}
              onHide={(kinds) => void setParams({ hide: kinds.length === 0 ? null : kinds }, { history: 'replace' })}
              note={
                marked.error
                  ? `Marks cannot be read: ${sentenceOf(marked.error)}`
                  : marked.data?.isCut
                    ? 'There are more: the oldest are left out.'
                    : null
              }
            />
            <div className="grid gap-3 lg:grid-cols-2 2xl:grid-cols-3">
              {name === null && <DepthChart />}
              <ThroughputChart />
              {hasDurations && <DurationChart />}
              {counters.includes('failed') && <FailedChart />}
              {name === null && <ActiveChart />}
              <StalledChart />
            </div>
            {name === null && holds === 'jobs' && <RecentStalls queueKey={queueKey} />}
            {name === null && hasDurations && <HeatmapChart />}
            {hasNames && <NamesTable onChoose={chooseName} />}
          </div>
        </ChartsContext>
      )}
    </section>
  );
});

function ChartSkeletons() {
  return (
    <div aria-hidden className="grid gap-3 lg:grid-cols-2 2xl:grid-cols-3">
      {Array.from({ length: 6 }, (_, index) => (
        <div key={index} className="panel h-[212px] p-3">
          <div className="h-2.5 w-24 rounded-full bg-line" />
        </div>
      ))}
    </div>
  );
}

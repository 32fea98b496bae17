'use client';
import { ZoomOut } from 'lucide-react';
import { memo, useCallback } from 'react';
import { parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { sentenceOf } from '../api/problem';
import { ActiveChart } from '../charts/active-chart';
import { DepthChart } from '../charts/depth-chart';
import { DurationChart } from '../charts/duration-chart';
import { FailedChart } from '../charts/failed-chart';
import { DEFAULT_RANGE, RANGE_NAMES, RANGES, windowOf } from '../charts/range';
import { StalledChart } from '../charts/stalled-chart';
import { ThroughputChart } from '../charts/throughput-chart';
import { formatDuration } from '../format/duration';
import { formatClock } from '../format/time';
import { usePreferences } from '../shell/preferences';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { Empty } from '../ui/empty';
import { Segmented } from '../ui/segmented';
import { useSeries } from './use-series';

const OPTIONS = RANGES.map(({ name, label }) => ({ value: name, label }));

/** The history of a queue: six charts with one time axis. */
export const QueueCharts = memo(function QueueCharts({ queueKey }: { queueKey: string }) {
  const { zone } = usePreferences();
  const [params, setParams] = useQueryStates(
    { range: parseAsStringLiteral(RANGE_NAMES).withDefault(DEFAULT_RANGE), from: parseAsInteger, to: parseAsInteger },
    { history: 'push' },
  );
  const window = windowOf(params.range, params.from, params.to);
  const { data, error, isPlaceholderData, refetch } = useSeries(queueKey, window);
  const series = data?.series;
  const zoom = useCallback((from: number, to: number) => void setParams({ from, to }), [setParams]);
  return (
    <section aria-labelledby="history">
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 id="history" className="text-sm">
          History
        </h2>
        {series && (
          <p className="text-xs text-ink-3">
            {formatDuration(series.stepMs)} steps · {zone === 'utc' ? 'UTC' : 'your time zone'}
            {series.gaps.length > 0 && (
              <>
                {' · '}
                <span
                  aria-hidden
                  className="hatch inline-block h-2.5 w-4 rounded-xs border border-line-strong align-[-1px]"
                />{' '}
                not collected
              </>
            )}
            {series.partial.length > 0 && <span className="text-warn"> · amber hatching: incomplete</span>}
          </p>
        )}
        <div className="ml-auto flex items-center gap-2">
          {window.kind === 'fixed' && (
            <Button onClick={() => void setParams({ from: null, to: null })}>
              <ZoomOut size={13} aria-hidden />
              {formatClock(window.from, data?.now ?? window.to, { zone })} –{' '}
              {formatClock(window.to, data?.now ?? window.to, { zone })}
            </Button>
          )}
          <Segmented
            label="Range"
            value={window.kind === 'moving' ? window.name : null}
            options={OPTIONS}
            onChange={(range) => void setParams({ range, from: null, to: null })}
          />
        </div>
      </div>
      {error && !series && (
        <div className="panel">
          <Empty title="The history cannot be read">
            <p className="mb-3">{sentenceOf(error)}</p>
            <Button onClick={() => void refetch()}>Try again</Button>
          </Empty>
        </div>
      )}
      {error && series && <p className="mb-2 text-xs text-warn">The charts stand still: {sentenceOf(error)}</p>}
      {!series && !error && <ChartSkeletons />}
      {series && (
        <div className={cn('grid gap-3 lg:grid-cols-2 2xl:grid-cols-3', isPlaceholderData && 'stale')}>
          <DepthChart series={series} onZoom={zoom} />
          <ThroughputChart series={series} onZoom={zoom} now={data.now} />
          <DurationChart series={series} onZoom={zoom} />
          <FailedChart series={series} onZoom={zoom} />
          <ActiveChart series={series} onZoom={zoom} />
          <StalledChart series={series} onZoom={zoom} />
        </div>
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

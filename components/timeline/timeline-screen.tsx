'use client';
import { Download, History } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { compilePattern } from '@/lib/domain/pattern';
import { toTimeline } from '@/lib/domain/timeline';
import { apiHref } from '../api/client';
import { sentenceOf } from '../api/problem';
import { ChartsContext, type Charts } from '../charts/charts-context';
import { groupMarks } from '../charts/mark-groups';
import { MarksLane } from '../charts/marks-lane';
import { boundsOf, movedBy } from '../charts/range';
import { RangeBar } from '../charts/range-bar';
import { SeriesNotes } from '../charts/series-notes';
import { AXIS_WIDTH_PX, MARGIN } from '../charts/time-chart';
import { formatCount, plural } from '../format/number';
import { CopyIncident } from '../incident/copy-incident';
import { useLive } from '../live/live-provider';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { Page } from '../ui/page';
import { SkeletonRows } from '../ui/skeleton';
import { TimelineChart } from './timeline-chart';
import { TimelineFilter } from './timeline-filter';
import { TimelineList } from './timeline-list';
import { useSettled } from './use-settled';
import { timelineQuery, useTimeline, useTimelineSeries } from './use-timeline';
import { useTimelineParams } from './use-timeline-params';

/** The panel's padding of 12 px is part of both distances. */
const INSET = { left: AXIS_WIDTH_PX - 12, right: MARGIN.right - 12 };
const NO_MARKS: readonly never[] = [];

/** What happened, and what the queues did then: one axis for both. */
export function TimelineScreen() {
  const params = useTimelineParams();
  const { window, source, metric, hide, freeze, setParams } = params;
  const queues = useSettled(params.queues);
  const q = useSettled(params.q);
  const wanted = useMemo(() => ({ window, source, queues, q }), [window, source, queues, q]);
  const timeline = useTimeline(wanted);
  const chart = useTimelineSeries({ window, source, queues }, metric);
  const known = useLive((state) => state.queues);
  const marks = timeline.data?.marks ?? NO_MARKS;
  const shown = useMemo(() => marks.filter(({ kind }) => !hide.includes(kind)), [marks, hide]);
  const entries = useMemo(() => toTimeline(shown), [shown]);
  const series = chart.data?.series;
  const groups = useMemo(() => (series ? groupMarks(marks, series, hide) : NO_MARKS), [marks, series, hide]);
  const onZoom = useCallback((from: number, to: number) => freeze({ from, to }), [freeze]);
  const onPan = useCallback(
    (ms: number) => freeze(movedBy(boundsOf(window, Date.now()), ms, Date.now())),
    [freeze, window],
  );
  const only = useMemo(() => {
    if (queues === '') return null;
    const covers = compilePattern(queues);
    const found = known.filter(({ id }) => covers(id) && (source === null || id.source === source));
    return found.length === 1 ? (found[0] ?? null) : null;
  }, [known, queues, source]);
  const charts = useMemo<Charts | null>(
    () =>
      chart.data
        ? {
            ...chart.data,
            before: null,
            marks: groups,
            queueKey: only?.key ?? '',
            queueName: only?.id.name ?? 'all queues',
            jobName: null,
            onZoom,
            onPan,
          }
        : null,
    [chart.data, groups, only, onZoom, onPan],
  );
  const now = chart.data?.now ?? timeline.data?.to ?? 0;
  const download = () => {
    const query = timelineQuery(wanted);
    const kinds = [...new Set(shown.map(({ kind }) => kind))];
    if (hide.length > 0 && kinds.length > 0) query.set('kinds', kinds.join(','));
    const link = document.createElement('a');
    link.href = apiHref(`/timeline.csv?${query.toString()}`);
    link.download = '';
    link.click();
  };
  return (
    <Page
      title="Timeline"
      lead="Deploys, pauses, scaling, alerts, restarts and what people did, on one axis with what the queues did."
      extra={
        <span className="flex gap-2 max-sm:basis-full">
          <CopyIncident queueKeys={only && [only.key]} queues={queues} source={source} window={window} />
          <Button onClick={download} blockedBecause={shown.length === 0 ? 'Nothing to take along' : null}>
            <Download size={13} aria-hidden /> CSV
          </Button>
        </span>
      }
    >
      <RangeBar params={params} now={now} withCompare={false} />
      <TimelineFilter params={params} />
      {chart.error && !charts && (
        <p className="panel px-3 py-4 text-sm text-ink-2">There is no chart: {sentenceOf(chart.error)}</p>
      )}
      {chart.error && charts && <p className="text-xs text-warn">The chart stands still: {sentenceOf(chart.error)}</p>}
      {!charts && !chart.error && <div aria-hidden className="panel h-[212px]" />}
      <div>
        {charts && series && (
          <ChartsContext value={charts}>
            <div className="mb-2 flex empty:hidden">
              <SeriesNotes series={series} before={null} />
            </div>
            <TimelineChart metric={metric} scope={scopeWords(series, only?.id.name ?? null)} />
          </ChartsContext>
        )}
        <div className="mt-2">
          <MarksLane
            marks={marks}
            inset={INSET}
            bounds={series ?? timeline.data ?? { from: 0, to: 1 }}
            hidden={hide}
            onHide={(kinds) => void setParams({ hide: kinds.length === 0 ? null : kinds }, { history: 'replace' })}
            note={
              timeline.data?.isCut ? `More than ${formatCount(marks.length)}: the oldest are left out. Zoom in.` : null
            }
          />
        </div>
        <section className="panel overflow-hidden" aria-label="Events">
          {timeline.error && !timeline.data && (
            <Empty title="The timeline cannot be read">
              <p className="mb-3">{sentenceOf(timeline.error)}</p>
              <Button onClick={() => void timeline.refetch()}>Try again</Button>
            </Empty>
          )}
          {timeline.error && timeline.data && (
            <p className="px-3 py-1 text-xs text-warn">The list stands still: {sentenceOf(timeline.error)}</p>
          )}
          {timeline.isPending && <SkeletonRows count={8} />}
          {timeline.data && entries.length === 0 && (
            <Empty icon={<History size={22} strokeWidth={1.5} />} title={emptyTitle(marks.length, queues, q)}>
              {marks.length > 0
                ? `${plural(marks.length, 'mark')} of hidden kinds.`
                : 'Tailback notes pauses, limits, workers that come and go, alerts, restarts and what people do. Deploys are told to it: POST /api/v1/marks.'}
            </Empty>
          )}
          {entries.length > 0 && <TimelineList entries={entries} isStale={timeline.isPlaceholderData} />}
        </section>
      </div>
    </Page>
  );
}

function scopeWords({ queues, summed }: { queues: number; summed: number }, only: string | null): string {
  if (queues === 1) return only ?? 'one queue';
  return queues === summed
    ? `${formatCount(queues)} queues together`
    : `the ${formatCount(summed)} busiest of ${formatCount(queues)} queues together`;
}

function emptyTitle(marks: number, queues: string, q: string): string {
  if (marks > 0) return 'All kinds are hidden';
  return queues === '' && q === '' ? 'Nothing happened in this range' : 'Nothing fits the filter in this range';
}

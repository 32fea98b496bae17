'use client';
import { useCallback, useMemo, useState } from 'react';
import type { FailureDetail } from '@/lib/domain/failure';
import type { MarkKind } from '@/lib/domain/mark';
import type { Series } from '@/lib/domain/series';
import { ChartsContext, type Charts } from '../charts/charts-context';
import { toFailed } from '../charts/failed-series';
import { groupMarks } from '../charts/mark-groups';
import { TimeChart } from '../charts/time-chart';
import { formatDuration } from '../format/duration';
import { formatCompact, formatCount, plural } from '../format/number';
import { ChartLegend } from '../charts/chart-legend';
import { useAllMarks } from './use-all-marks';
import { useBlindTimes, type BlindTimes } from './use-blind-times';

type Props = { detail: FailureDetail; onZoom(from: number, to: number): void };
/** Marks that explain a kind of failure; alerts and people coming and going do not. */
const HIDDEN: readonly MarkKind[] = ['alert-fired', 'alert-resolved'];

/** Failures of one kind over time, with the deploys of that time. */
export function GroupChart({ detail, onZoom }: Props) {
  const blind = useBlindTimes(detail.group.queues[0]?.key ?? null, detail.from, detail.to);
  const series = useMemo(() => toSeries(detail, blind), [detail, blind]);
  const marks = useAllMarks(series.from, series.to);
  const groups = useMemo(() => groupMarks(marks, series, HIDDEN), [marks, series]);
  const onPan = useCallback((ms: number) => onZoom(series.from + ms, series.to + ms), [onZoom, series]);
  const charts = useMemo<Charts>(
    () => ({
      series,
      before: null,
      now: detail.to,
      marks: groups,
      queueKey: '',
      queueName: '',
      jobName: null,
      onZoom,
      onPan,
    }),
    [series, detail.to, groups, onZoom, onPan],
  );
  const { rows, lines } = useMemo(() => toFailed(series), [series]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => lines.filter(({ key }) => !hidden.has(key)), [lines, hidden]);
  const toggle = (key: string) => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    setHidden(next.size === lines.length ? new Set() : next);
  };
  const { failed, attempts } = detail.group;
  return (
    <ChartsContext value={charts}>
      <figure aria-label="Failures over time" className="panel min-w-0 pb-1">
        <figcaption className="flex min-h-9 flex-wrap items-center gap-x-3 py-0.5 pr-1 pl-3">
          <h2 className="text-sm">
            Over time <span className="ml-1 text-xs font-normal text-ink-3">per {formatDuration(detail.slotMs)}</span>
          </h2>
          <span className="ml-auto flex flex-wrap">
            <ChartLegend lines={lines} hidden={hidden} onToggle={toggle} />
          </span>
        </figcaption>
        <p className="sr-only">
          {plural(failed, 'job')} failed for good, {plural(attempts, 'attempt')} failed and were tried again.
        </p>
        <TimeChart rows={rows} lines={shown} ghosts={[]} formatAxis={formatCompact} format={formatCount} />
      </figure>
    </ChartsContext>
  );
}

/** The shape that charts draw. None counted in a time when nobody looked is not known to be none. */
function toSeries({ points, slotMs, to }: FailureDetail, { gaps, partial }: BlindTimes): Series {
  const from = points[0]?.at ?? to;
  const end = from + points.length * slotMs;
  const isBlind = (at: number) => gaps.some(([start, until]) => start <= at && until >= at + slotMs);
  return {
    from,
    to: end,
    stepMs: slotMs,
    gaps,
    partial,
    unfinishedFrom: end > to ? end - slotMs : null,
    series: {
      failed: points.map(({ at, failed }) => (failed === 0 && isBlind(at) ? null : failed)),
      failedAttempts: points.map(({ at, attempts }) => (attempts === 0 && isBlind(at) ? null : attempts)),
    },
  };
}

'use client';
import { useId, useMemo, useRef, useState } from 'react';
import type { Heatmap } from '@/lib/domain/series';
import { sentenceOf } from '../api/problem';
import { formatDuration } from '../format/duration';
import { formatCompact } from '../format/number';
import { Segmented } from '../ui/segmented';
import { ChartMenu } from './chart-menu';
import { DURATION_KINDS } from './duration-chart';
import { durationMetrics, type DurationKind } from './duration-series';
import { HeatmapPlot, levelColor, PLOT_HEIGHT_PX } from './heatmap-plot';
import { LEVELS, toCells, totalsOf } from './heatmap-series';
import { findHumps, humpWords } from './humps';
import { useHeatmap } from './use-heatmap';

const NO_LINES: readonly never[] = [];

/** How long jobs ran or waited, all of them: a percentile hides that there are two kinds, this does not. */
export function HeatmapChart() {
  const id = useId();
  const figure = useRef<HTMLElement>(null);
  const [kind, setKind] = useState<DurationKind>('runMs');
  const { data, error } = useHeatmap(kind === 'runMs' ? 'run' : 'wait');
  const title = kind === 'runMs' ? 'Run times of all jobs' : 'Wait times of all jobs';
  const isEmpty = !data || data.bounds.length === 0;
  return (
    <figure ref={figure} aria-labelledby={`${id}t`} aria-describedby={`${id}d`} className="panel mt-3 min-w-0 pb-1">
      <figcaption className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 py-0.5 pr-1 pl-3">
        <h3 id={`${id}t`} className="text-sm">
          {title} <span className="ml-1 text-xs font-normal text-ink-3">log scale</span>
        </h3>
        <p id={`${id}d`} className="text-xs text-ink-2">
          {data && <Words heatmap={data} />}
        </p>
        <span className="ml-auto flex flex-wrap items-center gap-x-2">
          {data && !isEmpty && <Legend heatmap={data} />}
          <Segmented<DurationKind> label="Which duration" value={kind} options={DURATION_KINDS} onChange={setKind} />
          <ChartMenu
            title={title}
            unit="log scale"
            metrics={durationMetrics(kind)}
            lines={NO_LINES}
            svg={isEmpty ? null : () => figure.current?.querySelector<SVGSVGElement>('svg[data-plot]') ?? null}
          />
        </span>
      </figcaption>
      {isEmpty ? (
        <p className="grid place-items-center px-3 text-sm text-ink-3" style={{ height: PLOT_HEIGHT_PX }}>
          {error ? sentenceOf(error) : data ? 'Nothing was measured in this range.' : ''}
        </p>
      ) : (
        <HeatmapPlot heatmap={data} />
      )}
    </figure>
  );
}

function Words({ heatmap }: { heatmap: Heatmap }) {
  return useMemo(() => humpWords(findHumps(totalsOf(heatmap), heatmap.bounds), formatDuration), [heatmap]);
}

function Legend({ heatmap }: { heatmap: Heatmap }) {
  const { most } = useMemo(() => toCells(heatmap), [heatmap]);
  return (
    <span className="flex items-center gap-1 text-xs text-ink-3">
      1
      <span aria-hidden className="flex">
        {Array.from({ length: LEVELS }, (_, level) => (
          <span key={level} className="size-2.5" style={{ background: levelColor(level) }} />
        ))}
      </span>
      {formatCompact(most)} jobs
    </span>
  );
}

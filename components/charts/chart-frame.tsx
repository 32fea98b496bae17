'use client';
import { useId, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Series } from '@/lib/domain/series';
import { logAxis } from './axis-ticks';
import { ChartLegend } from './chart-legend';
import { ChartMenu } from './chart-menu';
import { summarise } from './chart-summary';
import { useCharts } from './charts-context';
import { ghostKey, withGhosts } from './ghost-series';
import type { ChartData } from './series-rows';
import { CHART_HEIGHT_PX, TimeChart } from './time-chart';

type Props = {
  title: string;
  /** What is counted, and in what. */
  unit: string;
  /** Metrics of the API that are drawn, for the export. */
  metrics: readonly string[];
  /** A function that stays the same. `now`: when the series was asked for. */
  toData(series: Series, now: number): ChartData;
  isStacked?: boolean;
  isLog?: boolean;
  formatAxis(value: number): string;
  format(value: number): string;
  /** Controls that stand beside the title. */
  extra?: ReactNode;
};

const NO_GHOSTS: readonly never[] = [];

/** Title, legend and drawing of one chart; a click on a name in the legend hides its line. */
export function ChartFrame({
  title,
  unit,
  metrics,
  toData,
  isStacked = false,
  isLog = false,
  formatAxis,
  format,
  extra,
}: Props) {
  const id = useId();
  const figure = useRef<HTMLElement>(null);
  const { series, before, now } = useCharts();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const data = useMemo(() => {
    const data = toData(series, now);
    if (!before) return data;
    const { series: then, shiftMs } = before;
    return withGhosts(data, toData(then, now - shiftMs), { now: series, then, shiftMs, isStacked });
  }, [toData, series, before, now, isStacked]);
  const lines = useMemo(() => data.lines.filter(({ key }) => !hidden.has(key)), [data, hidden]);
  const ghosts = useMemo(
    () => data.ghosts?.filter(({ key }) => isStacked || lines.some((line) => key === ghostKey(line.key))) ?? NO_GHOSTS,
    [data, lines, isStacked],
  );
  const log = useMemo(
    () =>
      isLog ? logAxis(data.rows.flatMap((row) => [...lines, ...ghosts].flatMap(({ key }) => row[key] ?? []))) : null,
    [isLog, data, lines, ghosts],
  );
  const isEmpty = !data.rows.some((row) => data.lines.some(({ key }) => row[key] !== null));
  const toggle = (key: string) => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    // With the last line hidden there would be nothing to see: show all again.
    setHidden(next.size === data.lines.length ? new Set() : next);
  };
  return (
    <figure ref={figure} aria-labelledby={`${id}t`} aria-describedby={`${id}d`} className="panel min-w-0 pb-1">
      <figcaption className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 py-0.5 pr-1 pl-3">
        <h3 id={`${id}t`} className="text-sm">
          {title} <span className="ml-1 text-xs font-normal text-ink-3">{unit}</span>
        </h3>
        <span className="ml-auto flex flex-wrap items-center gap-x-1">
          {data.lines.length > 1 && <ChartLegend lines={data.lines} hidden={hidden} onToggle={toggle} />}
          {extra}
          <ChartMenu
            title={title}
            unit={unit}
            metrics={metrics}
            lines={lines}
            svg={isEmpty ? null : () => figure.current?.querySelector<SVGSVGElement>('svg.recharts-surface') ?? null}
          />
        </span>
      </figcaption>
      <p id={`${id}d`} className="sr-only">
        {summarise(data, format)}
      </p>
      {isEmpty ? (
        <p className="grid place-items-center text-sm text-ink-3" style={{ height: CHART_HEIGHT_PX }}>
          Nothing was measured in this range.
        </p>
      ) : (
        <TimeChart {...{ lines, ghosts, isStacked, log, formatAxis, format }} rows={data.rows} />
      )}
    </figure>
  );
}

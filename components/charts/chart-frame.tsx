'use client';
import { useId, useMemo, useState, type ReactNode } from 'react';
import type { Series } from '@/lib/domain/series';
import { cn } from '../ui/cn';
import { logAxis } from './axis-ticks';
import { summarise } from './chart-summary';
import type { ChartData } from './series-rows';
import { CHART_HEIGHT_PX, TimeChart } from './time-chart';

export type ChartProps = { series: Series; onZoom(from: number, to: number): void };

type Props = ChartProps & {
  title: string;
  /** What is counted, and in what. */
  unit: string;
  data: ChartData;
  isStacked?: boolean;
  isLog?: boolean;
  formatAxis(value: number): string;
  format(value: number): string;
  /** Controls that stand beside the title. */
  extra?: ReactNode;
};

/** Title, legend and drawing of one chart; a click on a name in the legend hides its line. */
export function ChartFrame({
  title,
  unit,
  data,
  isStacked = false,
  isLog = false,
  series,
  onZoom,
  formatAxis,
  format,
  extra,
}: Props) {
  const id = useId();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(() => data.lines.filter(({ key }) => !hidden.has(key)), [data, hidden]);
  const log = useMemo(
    () => (isLog ? logAxis(data.rows.flatMap((row) => lines.flatMap(({ key }) => row[key] ?? []))) : null),
    [isLog, data, lines],
  );
  const isEmpty = !data.rows.some((row) => data.lines.some(({ key }) => row[key] !== null));
  const toggle = (key: string) => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    // With the last line hidden there would be nothing to see: show all again.
    setHidden(next.size === data.lines.length ? new Set() : next);
  };
  return (
    <figure aria-labelledby={`${id}t`} aria-describedby={`${id}d`} className="panel min-w-0 pb-1">
      <figcaption className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 px-3 pt-1.5">
        <h3 id={`${id}t`} className="text-sm">
          {title} <span className="ml-1 text-xs font-normal text-ink-3">{unit}</span>
        </h3>
        <span className="ml-auto flex flex-wrap items-center gap-x-1">
          {data.lines.length > 1 &&
            data.lines.map(({ key, label, color, dash }) => (
              <button
                key={key}
                type="button"
                aria-pressed={!hidden.has(key)}
                onClick={() => toggle(key)}
                className={cn(
                  'flex h-6 items-center gap-1.5 rounded-sm px-1 text-xs text-ink-2 hover:bg-hover',
                  hidden.has(key) && 'line-through opacity-60',
                )}
              >
                <svg width="14" height="4" aria-hidden>
                  <line x1="0" y1="2" x2="14" y2="2" stroke={color} strokeWidth="2.500" strokeDasharray={dash} />
                </svg>
                {label}
              </button>
            ))}
          {extra}
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
        <TimeChart {...{ series, lines, isStacked, log, formatAxis, format, onZoom }} rows={data.rows} />
      )}
    </figure>
  );
}

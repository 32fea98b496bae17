'use client';
import type { Series } from '@/lib/domain/series';
import { formatDuration } from '../format/duration';
import { usePreferences } from '../shell/preferences';
import type { Charts } from './charts-context';

/** How the charts are to be read: their step, their clock, and what is drawn besides lines. */
export function SeriesNotes({ series, before }: { series: Series; before: Charts['before'] }) {
  const { zone } = usePreferences();
  const repaired = [...new Set(series.partial.flatMap(({ exact }) => exact ?? []))];
  return (
    <p className="text-xs text-ink-3">
      {formatDuration(series.stepMs)} steps · {zone === 'utc' ? 'UTC' : 'your time zone'}
      {before && ` · ${compareWords(before, series.stepMs)}`}
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
      {repaired.length > 0 && ` · pale: ${listOf(repaired)} repaired and exact`}
    </p>
  );
}

const COUNTER_WORDS: Readonly<Record<string, string>> = { failedAttempts: 'failed attempts' };

function listOf(counters: readonly string[]): string {
  const words = counters.map((name) => COUNTER_WORDS[name] ?? name);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function compareWords({ label, series }: NonNullable<Charts['before']>, stepMs: number): string {
  if (Object.values(series.series).every((values) => values.every((value) => value === null)))
    return `nothing is kept of the ${label}`;
  return `dotted: the ${label}${series.stepMs === stepMs ? '' : ` in ${formatDuration(series.stepMs)} steps`}`;
}

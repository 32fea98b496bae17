'use client';
import { useId, useMemo } from 'react';
import { queueLabel } from '@/lib/domain/queue-key';
import { visibleLine } from '../format/visible-text';
import { useLive } from '../live/live-provider';
import { Button } from '../ui/button';
import { specOf, TIMELINE_METRIC_NAMES, type TimelineMetric } from './timeline-metrics';
import type { TimelineParams } from './use-timeline-params';

const BOX = 'h-7 min-w-0 rounded-md border border-line-strong bg-panel px-2 text-xs';
/** Names that the browser offers while one is typed. */
const MAX_OFFERED = 500;

/** Narrows the timeline by queues, source and words, and says what the chart shows. */
export function TimelineFilter({ params }: { params: TimelineParams }) {
  const { source, queues, q, metric, setParams } = params;
  const list = useId();
  const known = useLive((state) => state.queues);
  const sources = useMemo(() => [...new Set(known.map(({ id }) => id.source))].sort(), [known]);
  const names = useMemo(() => known.slice(0, MAX_OFFERED).map(({ id }) => queueLabel(id)), [known]);
  const isNarrowed = source !== null || queues !== '' || q !== '';
  return (
    <form
      role="search"
      aria-label="Narrow the timeline"
      className="flex min-w-0 flex-wrap items-center gap-2"
      onSubmit={(event) => event.preventDefault()}
    >
      <label className="flex min-w-0 items-center gap-1.5 text-xs text-ink-2 max-sm:w-full">
        <span className="max-sm:w-16">Queues</span>
        <input
          className={`${BOX} w-56 max-sm:flex-1`}
          list={list}
          value={queues}
          placeholder="all, a name, or mail-*"
          maxLength={500}
          spellCheck={false}
          onChange={({ target }) => void setParams({ queues: target.value || null }, { history: 'replace' })}
        />
        <datalist id={list}>
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
      {(sources.length > 1 || source !== null) && (
        <label className="flex items-center gap-1.5 text-xs text-ink-2">
          Source
          <select
            className={BOX}
            value={source ?? ''}
            onChange={({ target }) => void setParams({ source: target.value || null })}
          >
            <option value="">all</option>
            {sources.map((name) => (
              <option key={name} value={name}>
                {visibleLine(name)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="flex min-w-0 items-center gap-1.5 text-xs text-ink-2 max-sm:w-full">
        <span className="max-sm:w-16">Words</span>
        <input
          data-filter=""
          type="search"
          className={`${BOX} w-44 max-sm:flex-1`}
          value={q}
          placeholder="person, version, text"
          maxLength={200}
          spellCheck={false}
          onChange={({ target }) => void setParams({ q: target.value || null }, { history: 'replace' })}
        />
      </label>
      {isNarrowed && (
        <Button variant="ghost" onClick={() => void setParams({ source: null, queues: null, q: null })}>
          Clear
        </Button>
      )}
      <label className="ml-auto flex items-center gap-1.5 text-xs text-ink-2 max-sm:ml-0">
        Chart
        <select
          className={BOX}
          value={metric}
          onChange={({ target }) => void setParams({ metric: target.value as TimelineMetric })}
        >
          {TIMELINE_METRIC_NAMES.map((name) => (
            <option key={name} value={name}>
              {specOf(name).label}
              {specOf(name).needsOne ? ' (one queue)' : ''}
            </option>
          ))}
        </select>
      </label>
    </form>
  );
}

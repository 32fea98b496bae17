'use client';
import { CircleCheck } from 'lucide-react';
import { useMemo } from 'react';
import { sentenceOf } from '../api/problem';
import { RANGES } from '../charts/range';
import { plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { useLive } from '../live/live-provider';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { Page } from '../ui/page';
import { Segmented } from '../ui/segmented';
import { SkeletonRows } from '../ui/skeleton';
import { FailureCards } from './failure-cards';
import { FailureTable } from './failure-table';
import { isShown, matchGroups, sortGroups, STATE_FILTERS, STATE_LOOKS, type StateFilter } from './failure-words';
import { ScanNote } from './scan-note';
import { FAILURE_RANGES, useFailureParams } from './use-failure-params';
import { useFailures } from './use-failures';

const RANGE_OPTIONS = FAILURE_RANGES.map((name) => ({
  value: name,
  label: RANGES.find((each) => each.name === name)?.label ?? name,
}));

/** What kinds of failure are there? */
export function FailuresScreen() {
  const { window, range, state, sort, filter, queue, setParams } = useFailureParams();
  const queues = useLive((live) => live.queues);
  const { data, error, isPlaceholderData, refetch } = useFailures(window, queue);
  const matching = useMemo(() => (data ? matchGroups(data.groups, filter) : []), [data, filter]);
  const groups = useMemo(
    () =>
      sortGroups(
        matching.filter((group) => isShown(group.state, state)),
        sort,
      ),
    [matching, state, sort],
  );
  const counted = (one: StateFilter) => matching.filter((group) => isShown(group.state, one)).length;
  return (
    <Page
      title="Failures"
      lead="Jobs that failed, by kind: what they say without what differs from job to job, and where in your code."
    >
      <div className="flex flex-wrap items-center gap-2">
        <Segmented
          label="Range"
          value={window.kind === 'moving' ? range : null}
          options={RANGE_OPTIONS}
          onChange={(next) => void setParams({ range: next, from: null, to: null })}
        />
        <input
          data-filter=""
          type="search"
          aria-label="Filter by message, class, place, job name or note"
          placeholder="Message, class, place, name, note"
          value={filter}
          onChange={({ target }) => void setParams({ filter: target.value || null })}
          className="h-7 w-64 rounded-md border border-line-strong bg-bg px-2 text-sm"
        />
        <select
          aria-label="State"
          value={state}
          onChange={({ target }) =>
            void setParams({ state: STATE_FILTERS.find((one) => one === target.value) ?? null })
          }
          className="h-7 rounded-md border border-line-strong bg-panel px-1.5 text-sm"
        >
          {STATE_FILTERS.map((one) => (
            <option key={one} value={one}>
              {one === 'open' ? 'To look at' : one === 'all' ? 'All states' : STATE_LOOKS[one].label} ({counted(one)})
            </option>
          ))}
        </select>
        <select
          aria-label="Queue"
          value={queue ?? ''}
          onChange={({ target }) => void setParams({ queue: target.value || null })}
          className="h-7 max-w-56 rounded-md border border-line-strong bg-panel px-1.5 text-sm"
        >
          <option value="">All queues</option>
          {[...queues]
            .sort((a, b) => a.id.name.localeCompare(b.id.name))
            .map(({ key, id }) => (
              <option key={key} value={key}>
                {visibleLine(id.name)}
              </option>
            ))}
        </select>
        {data && <span className="text-xs text-ink-3">{plural(groups.length, 'kind')}</span>}
        {data && (
          <div className="sm:ml-auto">
            <ScanNote list={data} />
          </div>
        )}
      </div>
      {error && data && <p className="text-xs text-warn">The list stands still: {sentenceOf(error)}</p>}
      <section className="panel overflow-clip" aria-label="Kinds of failure">
        {!data && !error && <SkeletonRows count={12} />}
        {error && !data && (
          <Empty title="The failures cannot be read">
            <p className="mb-3">{sentenceOf(error)}</p>
            <Button onClick={() => void refetch()}>Try again</Button>
          </Empty>
        )}
        {data && groups.length === 0 && (
          <Empty icon={<CircleCheck size={28} strokeWidth={1.5} />} title={emptyTitle(data.groups.length)}>
            {data.groups.length === 0
              ? 'Kinds appear here as soon as a job fails. Failed jobs that lie in the queues already are being looked for.'
              : `${plural(data.groups.length, 'kind')} are known; choose another state or clear the filter to see them.`}
          </Empty>
        )}
        {groups.length > 0 && (
          <>
            <FailureTable
              groups={groups}
              sort={sort}
              onSort={(next) => void setParams({ sort: next })}
              isStale={isPlaceholderData}
            />
            <FailureCards groups={groups} />
          </>
        )}
      </section>
    </Page>
  );
}

function emptyTitle(known: number): string {
  return known === 0 ? 'No job has failed' : 'No kind of failure is like this';
}

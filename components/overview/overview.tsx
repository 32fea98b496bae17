'use client';
import { Search, X } from 'lucide-react';
import { parseAsString, useQueryState } from 'nuqs';
import { useMemo, useRef, useState } from 'react';
import { SelectionBar } from '../controls/selection-bar';
import { TopFailures } from '../failures/top-failures';
import { formatCount, plural } from '../format/number';
import { NOTHING } from '../jobs/selection';
import { useFreshness } from '../live/use-freshness';
import { useLive } from '../live/live-provider';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { SkeletonRows } from '../ui/skeleton';
import { attentionOf, brokerTroubles } from './attention';
import { AttentionList } from './attention-list';
import { Discovery } from './discovery';
import { headlineOf } from './headline';
import { HeadlineStrip } from './headline-strip';
import { firingByKey } from './queue-status';
import { QueueCards } from './queue-cards';
import { QueueTable } from './queue-table';
import { DEFAULT_SORT, parseSort, sortToText } from './sort-queues';
import { toTableItems } from './table-items';
import { useSettledOrder } from './use-settled-order';

/** Is anything wrong, and what first? */
export function Overview() {
  const isLoaded = useLive((state) => state.at !== null);
  const queues = useLive((state) => state.queues);
  const byKey = useLive((state) => state.byKey);
  const alerts = useLive((state) => state.alerts);
  const brokers = useLive((state) => state.brokers);
  const { isStale } = useFreshness();
  // With every source unreadable nothing on the screen is current.
  const isBlind = (brokers?.brokers ?? []).length > 0 && (brokers?.brokers ?? []).every(({ state }) => state !== 'up');
  const [sortText, setSortText] = useQueryState('sort', parseAsString.withDefault(sortToText(DEFAULT_SORT)));
  const [text, setText] = useQueryState('q', parseAsString.withDefault('').withOptions({ throttleMs: 200 }));
  const firing = useMemo(() => firingByKey(alerts?.alerts ?? []), [alerts]);
  const isHeld = useRef(false);
  const [selection, setSelection] = useState(NOTHING);
  const { rows, waiting, settle } = useSettledOrder({
    queues,
    byKey,
    sort: sortText,
    text,
    firing,
    // Nothing moves under what is chosen.
    isHeld: () => isHeld.current || selection.ids.size > 0,
  });

  const headline = useMemo(() => headlineOf(queues), [queues]);
  const attention = useMemo(() => attentionOf(queues, alerts?.alerts ?? []), [queues, alerts]);
  const troubles = useMemo(() => brokerTroubles(brokers?.brokers ?? []), [brokers]);
  // Once shown it stays: what moves under the cursor is worse than an empty list.
  const failsNow = useLive((state) => state.queues.some(({ counts }) => (counts.failed ?? 0) > 0));
  const [hasFailures, setHasFailures] = useState(false);
  if (failsNow && !hasFailures) setHasFailures(true);
  const sort = parseSort(sortText);
  const items = toTableItems(rows, sort.key === 'name');
  const count = (state: string) => alerts?.alerts.filter((alert) => alert.state === state).length ?? 0;

  return (
    <div className="mx-auto flex max-w-[110rem] flex-col gap-3 p-3 md:p-4">
      <h1 className="sr-only">Overview</h1>
      <HeadlineStrip
        headline={headline}
        firing={alerts ? count('firing') : null}
        pending={count('pending')}
        isStale={isStale}
      />
      {isLoaded && (queues.length > 0 || attention.length + troubles.length > 0) && (
        <AttentionList items={attention} brokers={troubles} queueCount={queues.length} isStale={isStale || isBlind} />
      )}
      {hasFailures && <TopFailures queueKey={null} />}
      <section aria-labelledby="queues" className="panel @container">
        <div className="flex h-11 items-center gap-3 px-3 md:px-4">
          <h2 id="queues" className="text-sm">
            Queues
          </h2>
          <span className="text-xs whitespace-nowrap text-ink-3" aria-live="polite">
            {isLoaded &&
              (text ? `${formatCount(rows.length)} of ${formatCount(queues.length)}` : formatCount(queues.length))}
          </span>
          <label className="relative ml-auto flex h-7 w-full max-w-64 items-center">
            <Search size={13} aria-hidden className="pointer-events-none absolute left-2 text-ink-3" />
            <span className="sr-only">Filter queues</span>
            <input
              data-filter
              type="search"
              value={text}
              onChange={(event) => void setText(event.target.value || null)}
              onKeyDown={(event) => {
                if (event.key !== 'Escape') return;
                // Leaves the field for the list; the browser would empty it.
                event.preventDefault();
                event.currentTarget.blur();
              }}
              placeholder="Filter by name, source, kind"
              className="h-full w-full rounded-md border border-line-strong bg-bg pr-6 pl-7 text-sm [&::-webkit-search-cancel-button]:hidden"
            />
            {text ? (
              <button
                type="button"
                aria-label="Clear the filter"
                onClick={() => void setText(null)}
                className="absolute right-1.5 text-ink-3 hover:text-ink"
              >
                <X size={13} />
              </button>
            ) : (
              <kbd aria-hidden className="absolute right-1.5 max-md:hidden">
                /
              </kbd>
            )}
          </label>
        </div>
        <SelectionBar selection={selection} byKey={byKey} onClear={() => setSelection(NOTHING)} />
        {waiting > 0 && (
          <button
            type="button"
            onClick={settle}
            className="block h-8 w-full border-y border-line bg-accent-soft text-xs font-medium text-accent"
          >
            {plural(waiting, 'new queue')}, show
          </button>
        )}
        {!isLoaded && <SkeletonRows count={12} />}
        {isLoaded && queues.length === 0 && <Discovery brokers={brokers} />}
        {isLoaded && queues.length > 0 && rows.length === 0 && (
          <Empty title="No queue fits the filter">
            <Button onClick={() => void setText(null)}>Show all {formatCount(queues.length)}</Button>
          </Empty>
        )}
        {rows.length > 0 && (
          <>
            <QueueTable
              items={items}
              firing={firing}
              sort={sort}
              onSort={(next) => void setSortText(sortToText(next))}
              onHold={(held) => {
                isHeld.current = held;
              }}
              isStale={isStale}
              selection={selection}
              onSelection={setSelection}
            />
            <QueueCards
              queues={rows}
              firing={firing}
              isStale={isStale}
              selection={selection}
              onSelection={setSelection}
            />
          </>
        )}
      </section>
    </div>
  );
}

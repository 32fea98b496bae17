'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { queueHref } from '../format/hrefs';
import { useDownSources } from '../live/use-source-is-down';
import { formatCount, plural } from '../format/number';
import { headState, NOTHING, toggle, toggleAll, type Selection } from '../jobs/selection';
import { isPageFocused } from '../shell/is-page-focused';
import { useHotkeys } from '../shell/use-hotkeys';
import { CheckBox } from '../ui/checkbox';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { COLUMNS } from './columns';
import { QueueRow } from './queue-row';
import { useTrends } from './use-trends';
import { statusOf, type FiringByKey } from './queue-status';
import type { Sort, SortKey } from './sort-queues';
import type { TableItem } from './table-items';
import { scrollElement, useListOffset } from './use-list-offset';

const ROW_PX = 32;

type Props = {
  items: readonly TableItem[];
  firing: FiringByKey;
  sort: Sort;
  onSort(sort: Sort): void;
  onHold(isHeld: boolean): void;
  isStale: boolean;
  selection: Selection;
  onSelection(selection: Selection): void;
};

/** All queues, only those in view in the document. Hidden on phones, where cards take its place. */
export function QueueTable({ items, firing, sort, onSort, onHold, isStale, selection, onSelection }: Props) {
  const router = useRouter();
  const body = useRef<HTMLTableSectionElement>(null);
  const offset = useListOffset(body);
  const [cursor, setCursor] = useState(-1);
  const downSources = useDownSources().split('\n');
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: scrollElement,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: offset,
    scrollPaddingStart: 72,
    getItemKey: (index) => items[index]?.id ?? index,
  });
  const move = (step: number) => {
    let next = cursor + step;
    while (items[next]?.type === 'group') next += step;
    if (!items[next]) return;
    setCursor(next);
    virtualizer.scrollToIndex(next);
  };
  const order = useMemo(() => items.flatMap((item) => (item.type === 'queue' ? [item.queue.key] : [])), [items]);
  const latest = useRef({ selection, order, onSelection });
  useEffect(() => {
    latest.current = { selection, order, onSelection };
  });
  // One function for all rows and all time: a row is drawn again only when its own queue has changed.
  const select = useCallback((key: string, isRange: boolean) => {
    const now = latest.current;
    now.onSelection(toggle(now.selection, key, now.order, isRange));
  }, []);
  const selectCursor = (isRange: boolean) => {
    const item = items[cursor];
    if (item?.type === 'queue') select(item.queue.key, isRange);
  };
  useHotkeys({
    x: () => selectCursor(false),
    X: () => selectCursor(true),
    j: () => move(1),
    k: () => move(-1),
    Enter: () => {
      const item = items[cursor];
      if (item?.type === 'queue' && isPageFocused()) router.push(queueHref(item.queue.key));
    },
    Escape: () => (selection.ids.size > 0 ? onSelection(NOTHING) : setCursor(-1)),
  });

  const rows = virtualizer.getVirtualItems();
  const before = (rows[0]?.start ?? offset) - offset;
  const after = virtualizer.getTotalSize() - ((rows.at(-1)?.end ?? offset) - offset);
  const trends = useTrends(
    rows.flatMap(({ index }) => {
      const item = items[index];
      return item?.type === 'queue' ? [item.queue.key] : [];
    }),
  );
  return (
    <table
      aria-rowcount={items.length + 1}
      className="w-full table-fixed border-collapse text-sm max-md:hidden"
      onPointerEnter={() => onHold(true)}
      onPointerLeave={() => onHold(false)}
    >
      <caption className="sr-only">All queues, with their jobs by state and what happened in the last minute</caption>
      <thead className="sticky top-0 z-10 bg-panel shadow-[0_1px_0_var(--line)]">
        <tr className="h-8">
          <th scope="col" className="w-8 pl-3">
            <span className="flex">
              <CheckBox
                checked={headState(selection, order)}
                label="Select all queues that are listed"
                onToggle={() => onSelection(toggleAll(selection, order))}
              />
            </span>
          </th>
          <HeadCell
            column="status"
            label={<span className="sr-only">Status</span>}
            hint="Worst thing noticed"
            sort={sort}
            onSort={onSort}
            className="w-9 pl-3"
          />
          <HeadCell
            column="name"
            label="Queue"
            hint="Grouped by source and prefix"
            sort={sort}
            onSort={onSort}
            className="text-left"
          />
          {COLUMNS.map(({ key, label, hint, width, shown }) => (
            <HeadCell
              key={key}
              column={key}
              label={label}
              hint={hint}
              sort={sort}
              onSort={onSort}
              className={cn(width, shown, 'pr-3 text-right')}
            />
          ))}
        </tr>
      </thead>
      <tbody ref={body} className={isStale ? 'stale' : undefined}>
        {before > 0 && <tr aria-hidden style={{ height: before }} />}
        {rows.map(({ index }) => {
          const item = items[index];
          if (!item) return null;
          if (item.type === 'group') return <GroupRow key={item.id} group={item} />;
          return (
            <QueueRow
              key={item.id}
              queue={item.queue}
              status={statusOf(item.queue, firing)}
              trend={trends[item.queue.key]}
              isCursor={index === cursor}
              showsPlace={sort.key !== 'name'}
              isStale={downSources.includes(item.queue.id.source)}
              index={index}
              isSelected={selection.ids.has(item.queue.key)}
              onSelect={select}
            />
          );
        })}
        {after > 0 && <tr aria-hidden style={{ height: after }} />}
      </tbody>
    </table>
  );
}

function GroupRow({ group }: { group: Extract<TableItem, { type: 'group' }> }) {
  return (
    <tr className="h-8 border-b border-line bg-sunken/60">
      <th scope="rowgroup" colSpan={4} className="truncate px-3 text-left font-normal">
        <JobLine className="text-xs font-medium">{`${group.source} / ${group.namespace}`}</JobLine>
        <span className="ml-3 text-xs text-ink-3">
          {plural(group.count, 'queue')} · {formatCount(group.backlog)} waiting
        </span>
      </th>
      {COLUMNS.slice(1).map(({ key, shown }) => (
        <td key={key} aria-hidden className={shown} />
      ))}
    </tr>
  );
}

type HeadProps = {
  column: SortKey;
  label: ReactNode;
  hint: string;
  sort: Sort;
  onSort(sort: Sort): void;
  className?: string;
};

function HeadCell({ column, label, hint, sort, onSort, className }: HeadProps) {
  const isSorted = sort.key === column;
  const Arrow = sort.isDescending ? ArrowDown : ArrowUp;
  // The first click shows the largest, which is what one looks for; names start at A.
  const next: Sort = isSorted
    ? { key: column, isDescending: !sort.isDescending }
    : { key: column, isDescending: column !== 'name' };
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (sort.isDescending ? 'descending' : 'ascending') : 'none'}
      className={cn('label', className)}
    >
      <button
        type="button"
        title={hint}
        onClick={() => onSort(next)}
        className={cn('inline-flex h-8 items-center gap-0.5 hover:text-ink', isSorted && 'text-ink')}
      >
        {label}
        {isSorted && <Arrow size={11} aria-hidden className="text-accent" />}
      </button>
    </th>
  );
}

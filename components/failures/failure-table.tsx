'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import type { FailureGroup } from '@/lib/domain/failure';
import { failureHref } from '../format/hrefs';
import { scrollElement, useListOffset } from '../overview/use-list-offset';
import { isPageFocused } from '../shell/is-page-focused';
import { useHotkeys } from '../shell/use-hotkeys';
import { cn } from '../ui/cn';
import { FailureRow } from './failure-row';
import type { FailureSort } from './failure-words';

const ROW_PX = 44;
const HEADS: readonly { key: FailureSort | null; label: string; hint: string; className: string }[] = [
  {
    key: 'title',
    label: 'Failure',
    hint: 'The message without what differs from job to job',
    className: 'text-left pl-3 md:pl-4',
  },
  { key: null, label: 'State', hint: 'New, regressed, ongoing, quiet, resolved or muted', className: 'w-24 text-left' },
  {
    key: 'count',
    label: 'In range',
    hint: 'Jobs that failed for good; attempts that are tried again below',
    className: 'w-24 text-right',
  },
  { key: null, label: 'Over time', hint: 'Failures over the range', className: 'w-32 text-left pl-4 max-lg:hidden' },
  {
    key: 'retained',
    label: 'Retained',
    hint: 'Failed jobs of this kind that lie in their queues now',
    className: 'w-22 text-right',
  },
  { key: 'last', label: 'Last seen', hint: 'When a job failed of it last', className: 'w-24 text-right' },
  {
    key: 'first',
    label: 'First seen',
    hint: 'When a job failed of it first, as far as is known',
    className: 'w-24 text-right max-xl:hidden',
  },
  {
    key: null,
    label: 'Queues',
    hint: 'Where it fails most, and in how many more',
    className: 'w-44 text-left pl-4 pr-3 max-lg:hidden',
  },
];

type Props = {
  groups: readonly FailureGroup[];
  sort: FailureSort;
  onSort(sort: FailureSort): void;
  isStale: boolean;
};

/** Kinds of failure, only those in view in the document. */
export function FailureTable({ groups, sort, onSort, isStale }: Props) {
  const router = useRouter();
  const body = useRef<HTMLTableSectionElement>(null);
  const offset = useListOffset(body);
  const [cursor, setCursor] = useState(-1);
  const virtualizer = useVirtualizer({
    count: groups.length,
    getScrollElement: scrollElement,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: offset,
    scrollPaddingStart: 72,
    getItemKey: (index) => groups[index]?.fingerprint ?? index,
  });
  const move = (step: number) => {
    const next = Math.max(0, Math.min(groups.length - 1, cursor + step));
    setCursor(next);
    virtualizer.scrollToIndex(next);
  };
  useHotkeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => {
      const group = groups[cursor];
      if (group && isPageFocused()) router.push(failureHref(group.fingerprint));
    },
    Escape: () => setCursor(-1),
  });
  const rows = virtualizer.getVirtualItems();
  const before = (rows[0]?.start ?? offset) - offset;
  const after = virtualizer.getTotalSize() - ((rows.at(-1)?.end ?? offset) - offset);
  return (
    <table aria-rowcount={groups.length + 1} className="w-full table-fixed border-collapse text-sm max-md:hidden">
      <caption className="sr-only">Failures by kind</caption>
      <thead className="sticky top-0 z-10 bg-panel shadow-[0_1px_0_var(--line)]">
        <tr className="h-8">
          {HEADS.map(({ key, label, hint, className }) => (
            <th
              key={label}
              scope="col"
              {...(key === null ? {} : { 'aria-sort': sort === key ? ('descending' as const) : ('none' as const) })}
              className={cn('label font-medium', className)}
            >
              {key === null ? (
                <span title={hint}>{label}</span>
              ) : (
                <button
                  type="button"
                  title={hint}
                  onClick={() => onSort(key)}
                  className={cn('inline-flex h-8 items-center gap-0.5 hover:text-ink', sort === key && 'text-ink')}
                >
                  {label}
                  {sort === key && <ArrowDown size={11} aria-hidden className="text-accent" />}
                </button>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body} className={isStale ? 'stale' : undefined}>
        {before > 0 && <tr aria-hidden style={{ height: before }} />}
        {rows.map(({ index }) => {
          const group = groups[index];
          return (
            group && <FailureRow key={group.fingerprint} group={group} index={index} isCursor={index === cursor} />
          );
        })}
        {after > 0 && <tr aria-hidden style={{ height: after }} />}
      </tbody>
    </table>
  );
}

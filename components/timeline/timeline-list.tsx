'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import type { TimelineEntry } from '@/lib/domain/timeline';
import { isPageFocused } from '../shell/is-page-focused';
import { useHotkeys } from '../shell/use-hotkeys';
import { scrollElement, useListOffset } from '../overview/use-list-offset';
import { TimelineRow, windowHref } from './timeline-row';

const ROW_PX = 32;

/** What happened, newest first. `j` and `k` go through it, Enter opens the queue at that time, or the group. */
export function TimelineList({ entries, isStale }: { entries: readonly TimelineEntry[]; isStale: boolean }) {
  const router = useRouter();
  const list = useRef<HTMLOListElement>(null);
  const offset = useListOffset(list);
  const [cursor, setCursor] = useState(-1);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: scrollElement,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: offset,
    getItemKey: (index) => entries[index]?.id ?? index,
  });
  const move = (step: number) => {
    const next = Math.max(0, Math.min(entries.length - 1, cursor + step));
    setCursor(next);
    virtualizer.scrollToIndex(next);
  };
  const toggle = (id: string) => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  useHotkeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => {
      const entry = entries[cursor];
      if (!entry || !isPageFocused()) return;
      const [only] = entry.marks;
      if (entry.marks.length > 1) toggle(entry.id);
      else if (only?.queueKey) router.push(windowHref(only));
    },
    Escape: () => setCursor(-1),
  });
  return (
    <ol
      ref={list}
      aria-label="What happened, newest first"
      className={isStale ? 'stale relative' : 'relative'}
      style={{ height: virtualizer.getTotalSize() }}
    >
      {virtualizer.getVirtualItems().map(({ index, start, key }) => {
        const entry = entries[index];
        return (
          entry && (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0 border-b border-line"
              style={{ transform: `translateY(${start - offset}px)` }}
            >
              <TimelineRow
                entry={entry}
                isCursor={index === cursor}
                isOpen={open.has(entry.id)}
                onToggle={() => toggle(entry.id)}
              />
            </li>
          )
        );
      })}
    </ol>
  );
}

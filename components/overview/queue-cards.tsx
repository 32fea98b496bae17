'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import Link from 'next/link';
import { useRef } from 'react';
import type { Queue, Severity } from '@/lib/domain/queue';
import { formatDuration } from '../format/duration';
import { queueHref } from '../format/hrefs';
import { formatCompact } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { toggle, type Selection } from '../jobs/selection';
import { CheckBox } from '../ui/checkbox';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { SeverityIcon } from '../shell/severity';
import { statusOf, type FiringByKey } from './queue-status';
import { scrollElement, useListOffset } from './use-list-offset';

const CARD_PX = 60;

type Props = {
  queues: readonly Queue[];
  firing: FiringByKey;
  isStale: boolean;
  selection: Selection;
  onSelection(selection: Selection): void;
};

/** The table's essentials for a narrow screen: two lines a queue. */
export function QueueCards({ queues, firing, isStale, selection, onSelection }: Props) {
  const order = queues.map(({ key }) => key);
  const list = useRef<HTMLUListElement>(null);
  const offset = useListOffset(list);
  const virtualizer = useVirtualizer({
    count: queues.length,
    getScrollElement: scrollElement,
    estimateSize: () => CARD_PX,
    overscan: 6,
    scrollMargin: offset,
  });
  return (
    <ul
      ref={list}
      aria-label="All queues"
      className={cn('relative md:hidden', isStale && 'stale')}
      style={{ height: virtualizer.getTotalSize() }}
    >
      {virtualizer.getVirtualItems().map(({ index, start }) => {
        const queue = queues[index];
        return (
          queue && (
            <li
              key={queue.key}
              className={cn(
                'absolute inset-x-0 flex border-b border-line',
                selection.ids.has(queue.key) && 'bg-accent-soft',
              )}
              style={{ height: CARD_PX, top: start - offset }}
            >
              <span className="flex w-10 shrink-0 items-center justify-center">
                <CheckBox
                  checked={selection.ids.has(queue.key)}
                  label={`Select ${visibleLine(queue.id.name)}`}
                  onToggle={() => onSelection(toggle(selection, queue.key, order, false))}
                />
              </span>
              <Card queue={queue} status={statusOf(queue, firing)} />
            </li>
          )
        );
      })}
    </ul>
  );
}

function Card({ queue, status }: { queue: Queue; status: Severity | null }) {
  const { counts, lastMinute } = queue;
  return (
    <Link
      href={queueHref(queue.key)}
      prefetch={false}
      className="flex h-full min-w-0 flex-1 items-center gap-3 pr-3 active:bg-hover"
    >
      <SeverityIcon severity={status} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <JobLine className="truncate font-medium">{queue.id.name}</JobLine>
          {queue.isPaused && <Chip tone="info">paused</Chip>}
        </span>
        <span className="block truncate text-xs text-ink-3">
          {formatCompact(counts.active)} active · {formatCompact(counts.failed)} failed
          {(lastMinute.failed ?? 0) > 0 && (
            <span className="font-medium text-crit"> +{formatCompact(lastMinute.failed)}</span>
          )}{' '}
          · {formatCompact(lastMinute.completed)}/min
        </span>
      </span>
      <span className="shrink-0 text-right">
        <span className={cn('block', (queue.backlog ?? 0) > 0 ? 'font-medium' : 'text-ink-3')}>
          {formatCompact(queue.backlog)}
        </span>
        <span className="block text-xs text-ink-3">
          {queue.oldestWaitingIsAtLeast && queue.oldestWaitingMs !== null && '≥ '}
          {formatDuration(queue.oldestWaitingMs)}
        </span>
      </span>
    </Link>
  );
}

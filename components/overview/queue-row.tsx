'use client';
import { Lock } from 'lucide-react';
import Link from 'next/link';
import { memo } from 'react';
import { capabilitiesOf } from '@/lib/domain/capabilities';
import type { Queue, Severity } from '@/lib/domain/queue';
import { queueHref } from '../format/hrefs';
import { visibleLine } from '../format/visible-text';
import { CheckBox } from '../ui/checkbox';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { SeverityIcon } from '../shell/severity';
import type { Trend } from './use-trends';
import { COLUMNS } from './columns';

type Props = {
  queue: Queue;
  /** The worst of verdicts and firing alerts. */
  status: Severity | null;
  /** Its backlog minute by minute; absent before it was read. */
  trend: Trend | undefined;
  isCursor: boolean;
  showsPlace: boolean;
  isStale: boolean;
  index: number;
  isSelected: boolean;
  /** Chooses the queue, or with Shift all from the one chosen before. */
  onSelect(queueKey: string, isRange: boolean): void;
};

/** One queue; drawn again only when this queue has changed. */
export const QueueRow = memo(function QueueRow({
  queue,
  status,
  trend,
  isCursor,
  showsPlace,
  isStale,
  index,
  isSelected,
  onSelect,
}: Props) {
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-cursor={isCursor || undefined}
      className={cn(
        'h-8 border-b border-line hover:bg-hover data-cursor:bg-hover data-cursor:shadow-[inset_2px_0_0_var(--accent)]',
        isStale && 'stale',
        isSelected && 'bg-accent-soft',
      )}
    >
      <td className="w-8 pl-3 align-middle">
        <CheckBox
          checked={isSelected}
          label={`Select ${visibleLine(queue.id.name)}`}
          onToggle={({ shiftKey }) => onSelect(queue.key, shiftKey)}
        />
      </td>
      <td className="w-9 pl-3 align-middle">
        <SeverityIcon severity={status} />
      </td>
      <td className="max-w-0 pr-3">
        <div className="flex min-w-0 items-center gap-2">
          <Link
            prefetch={false}
            href={queueHref(queue.key)}
            className="link min-w-0 truncate font-medium"
            title={queue.verdicts[0]?.sentence ?? undefined}
          >
            {showsPlace && (
              <span className="font-normal text-ink-3">
                <JobLine>{`${queue.id.source}/${queue.id.namespace}/`}</JobLine>
              </span>
            )}
            <JobLine title>{queue.id.name}</JobLine>
          </Link>
          <KindChip queue={queue} />
          {queue.isPaused && <Chip tone="info">paused</Chip>}
          <KnownByChip queue={queue} />
          {queue.readOnlyReason !== null && (
            // An icon: a word on every row, as when all is read-only, would take the room of the names.
            <span className="shrink-0 text-ink-3" title={`Read-only: ${queue.readOnlyReason}`}>
              <Lock size={12} aria-hidden />
              <span className="sr-only">read-only</span>
            </span>
          )}
        </div>
      </td>
      {COLUMNS.map(({ key, shown, cell }) => (
        <td key={key} className={cn('h-8 pr-3 text-right whitespace-nowrap', shown)}>
          {cell(queue, trend)}
        </td>
      ))}
    </tr>
  );
});

/** Where a queue is known from, when it is not from its own keys. */
export function KnownByChip({ queue: { knownBy } }: { queue: Queue }) {
  if (knownBy === undefined) return null;
  return (
    <span title="Redis holds nothing of this queue: no job was added yet, or it was obliterated. It is known by the workers that wait for its jobs.">
      <Chip className="text-ink-3">only workers</Chip>
    </span>
  );
}

/** Which library works the queue, its version on hover. */
export function KindChip({ queue: { kind, version } }: { queue: Queue }) {
  return (
    <span title={version ?? 'version unknown'} className="shrink-0">
      <Chip className="text-ink-3">{capabilitiesOf(kind).label}</Chip>
    </span>
  );
}

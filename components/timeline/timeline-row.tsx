'use client';
import { ChevronDown, ChevronRight, ExternalLink } from 'lucide-react';
import Link from 'next/link';
import type { Mark } from '@/lib/domain/mark';
import type { TimelineEntry } from '@/lib/domain/timeline';
import { MARK_LOOKS } from '../charts/mark-kinds';
import { formatDuration } from '../format/duration';
import { queueHref } from '../format/hrefs';
import { plural } from '../format/number';
import { Clock } from '../shell/time';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';

/** So much before and after a mark is shown on the queue's page, ms. */
const AROUND_MS = 15 * 60_000;

/** The queue's page, frozen around what happened. */
export function windowHref({ queueKey, at, until }: Mark): string {
  return `${queueHref(queueKey ?? '')}?from=${at - AROUND_MS}&to=${(until ?? at) + AROUND_MS}`;
}

type Props = { entry: TimelineEntry; isCursor: boolean; isOpen: boolean; onToggle(): void };

/** One line: when, what, to what, by whom. A group opens below itself. */
export function TimelineRow({ entry, isCursor, isOpen, onToggle }: Props) {
  const { kind, at, marks } = entry;
  const [first] = marks;
  const { glyph, color, label } = MARK_LOOKS[kind];
  const isGroup = marks.length > 1;
  return (
    <div className={cn('hover:bg-hover', isCursor && 'bg-accent-soft')} aria-current={isCursor || undefined}>
      <div className="flex min-h-8 items-baseline gap-x-2 px-3 py-1.5 text-sm max-md:flex-wrap md:px-4">
        <Clock at={at} className="w-32 shrink-0 text-xs text-ink-2 tabular-nums max-md:w-auto" />
        <span className="flex w-36 shrink-0 items-baseline gap-1.5 text-xs text-ink-2 max-md:w-auto">
          <span aria-hidden className="w-3 text-center font-semibold" style={{ color }}>
            {glyph}
          </span>
          {label}
        </span>
        <span className="min-w-0 flex-1 max-md:basis-full">
          {isGroup ? (
            <button
              type="button"
              aria-expanded={isOpen}
              onClick={onToggle}
              className="flex max-w-full items-baseline text-left"
            >
              {isOpen ? (
                <ChevronDown size={13} aria-hidden className="mr-0.5 self-center" />
              ) : (
                <ChevronRight size={13} aria-hidden className="mr-0.5 self-center" />
              )}
              <span className="min-w-0 truncate">{groupWords(marks)}</span>
            </button>
          ) : (
            first && <Said mark={first} />
          )}
        </span>
        {first?.by != null && (
          <JobLine className="max-w-48 shrink-0 truncate text-xs text-ink-3" title>
            {first.by}
          </JobLine>
        )}
      </div>
      {isGroup && isOpen && (
        <ul className="border-t border-line bg-panel py-1 text-sm">
          {marks.map((mark) => (
            <li
              key={mark.id}
              className="flex min-h-7 items-baseline gap-x-2 px-3 py-0.5 max-md:flex-wrap md:pl-[19.5rem]"
            >
              <span className="min-w-0 flex-1">
                <Said mark={mark} />
              </span>
              <Clock at={mark.at} className="shrink-0 text-xs text-ink-3" />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Said({ mark }: { mark: Mark }) {
  const { text, queue, queueKey, pattern, source, link, at, until, kind } = mark;
  const where = queue ? null : (pattern ?? (kind.startsWith('broker') ? null : source));
  return (
    <span className="[overflow-wrap:anywhere]">
      {queue && queueKey !== null && (
        <>
          <Link href={windowHref(mark)} prefetch={false} className="link font-medium">
            <JobLine>{queue.name}</JobLine>
          </Link>{' '}
        </>
      )}
      {link !== null && /^https?:/.test(link) ? (
        <a href={link} target="_blank" rel="noreferrer noopener" className="link">
          <JobLine>{text}</JobLine> <ExternalLink size={11} aria-hidden className="inline" />
        </a>
      ) : (
        <JobLine className="text-ink-2">{text}</JobLine>
      )}
      {where !== null && (
        <span className="ml-1.5 text-xs text-ink-3">
          <JobLine>{where}</JobLine>
        </span>
      )}
      {until !== null && <span className="ml-1.5 text-xs text-ink-3">for {formatDuration(until - at)}</span>}
    </span>
  );
}

function groupWords(marks: readonly Mark[]): string {
  const [first] = marks;
  const queues = new Set(marks.flatMap(({ queueKey }) => queueKey ?? [])).size;
  const where = queues > 0 ? ` in ${plural(queues, 'queue')}` : '';
  if (first?.kind === 'workers-joined') return `Workers joined${where}`;
  if (first?.kind === 'workers-left') return `Workers left${where}`;
  return `${first?.text ?? ''}${queues > 1 ? where : `, ${marks.length} times`}`;
}

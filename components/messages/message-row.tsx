'use client';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Message } from '@/lib/domain/message';
import { reasonWords } from '@/lib/domain/message';
import { formatBytes } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { Ago } from '../shell/time';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { MessageDetails } from './message-details';

/** One message: what it is, and on a click all that it carries. */
export function MessageRow({ message, isOpenFirst }: { message: Message; isOpenFirst: boolean }) {
  const [isOpen, setOpen] = useState(isOpenFirst);
  const { index, payload, contentType, routingKey, redelivered, deaths, timestamp, messageId, type } = message;
  const last = deaths[0];
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex h-8 w-full min-w-0 items-center gap-2 px-3 text-left text-sm hover:bg-hover md:px-4"
      >
        <ChevronRight size={13} aria-hidden className={cn('shrink-0 text-ink-3', isOpen && 'rotate-90')} />
        <span className="w-8 shrink-0 text-ink-3">#{index + 1}</span>
        <JobLine className="shrink-0 truncate max-sm:hidden">{type ?? messageId ?? routingKey}</JobLine>
        <span className="min-w-0 flex-1 truncate font-mono text-xs text-ink-2">
          {payload.encoding === 'base64' ? (
            <span className="text-ink-3">binary</span>
          ) : (
            visibleLine(payload.text.slice(0, 300))
          )}
        </span>
        <span className="flex shrink-0 items-center gap-2 max-sm:hidden">
          {last && <Chip tone="warn">{visibleLine(reasonWords(last.reason))}</Chip>}
          {redelivered && <Chip>redelivered</Chip>}
        </span>
        <span className="shrink-0 text-xs text-ink-3 max-md:hidden">
          {contentType === null ? '' : visibleLine(contentType)}
        </span>
        <span className="w-16 shrink-0 text-right text-xs text-ink-3">{formatBytes(payload.bytes)}</span>
        <span className="w-20 shrink-0 text-right text-xs text-ink-3 max-sm:hidden">
          {timestamp === null ? '–' : <Ago at={timestamp} />}
        </span>
      </button>
      {isOpen && <MessageDetails message={message} />}
    </li>
  );
}

'use client';
import { StickyNote } from 'lucide-react';
import Link from 'next/link';
import { memo } from 'react';
import type { FailureGroup } from '@/lib/domain/failure';
import { failureHref } from '../format/hrefs';
import { formatCompact, formatCount } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { Ago } from '../shell/time';
import { cn } from '../ui/cn';
import { isControl } from '../ui/is-control';
import { JobLine } from '../ui/job-text';
import { QueueNames } from './queue-names';
import { SparkBars } from './spark-bars';
import { FailureStateChip } from './state-chip';

type Props = { group: FailureGroup; index: number; isCursor: boolean };

/** One kind of failure: what it says, below it from where and of which jobs. */
export const FailureRow = memo(function FailureRow({ group, index, isCursor }: Props) {
  const { failed, attempts, retained, spark, queues, lastSeen, firstSeen, state } = group;
  return (
    <tr
      aria-rowindex={index + 2}
      data-cursor={isCursor || undefined}
      onClick={(event) => !isControl(event) && event.currentTarget.querySelector('a')?.click()}
      className={cn(
        'h-11 cursor-default border-b border-line hover:bg-hover data-cursor:bg-hover data-cursor:shadow-[inset_2px_0_0_var(--accent)]',
        (state === 'muted' || state === 'resolved') && 'text-ink-3',
      )}
    >
      <td className="max-w-0 py-1 pr-4 pl-3 md:pl-4">
        <FailureTitle group={group} />
      </td>
      <td>
        <FailureStateChip state={state} />
      </td>
      <td className="text-right leading-4">
        <span className={cn(failed > 0 ? 'font-medium' : 'text-ink-3')}>{formatCount(failed)}</span>
        {attempts > 0 && (
          <span className="block text-xs text-ink-3" title="Attempts that failed and are tried again">
            +{formatCompact(attempts)} retried
          </span>
        )}
      </td>
      <td className="pl-4 max-lg:hidden">
        <SparkBars values={spark} className="block h-[18px] w-full" />
      </td>
      <td className="text-right" title={retained === null ? 'Not counted yet' : undefined}>
        {formatCount(retained)}
      </td>
      <td className="text-right whitespace-nowrap text-ink-2">
        <Ago at={lastSeen} />
      </td>
      <td className="text-right whitespace-nowrap text-ink-3 max-xl:hidden">
        <Ago at={firstSeen} />
      </td>
      <td className="truncate pr-3 pl-4 max-lg:hidden">
        <QueueNames queueKeys={queues.map(({ key }) => key)} />
      </td>
    </tr>
  );
});

/** What a kind of failure says, and below it from where, of which jobs and what people noted. */
export function FailureTitle({ group }: { group: FailureGroup }) {
  const { fingerprint, errorClass, title, frame, names, care } = group;
  const named = names.filter(({ name }) => name !== null && name !== '__default__');
  return (
    <>
      <Link
        href={failureHref(fingerprint)}
        prefetch={false}
        className="link block truncate font-medium"
        title={visibleLine(title)}
      >
        {errorClass !== null && !title.startsWith(`${errorClass}:`) && (
          <span className="font-normal text-ink-3">
            <JobLine>{errorClass}</JobLine>{' '}
          </span>
        )}
        <JobLine>{title}</JobLine>
      </Link>
      <p className="flex min-w-0 items-center gap-2 text-xs text-ink-3">
        {care.note && (
          <span className="flex min-w-0 shrink items-center gap-1 text-ink-2" title={visibleLine(care.note.text)}>
            <StickyNote size={11} aria-label="Note" className="shrink-0" />
            <span className="truncate">
              <JobLine>{care.note.text}</JobLine>
            </span>
          </span>
        )}
        {frame !== null && (
          <span
            className="max-w-[60%] shrink-0 truncate font-mono"
            title="The first frame of the stack that is your own"
          >
            <JobLine>{frame}</JobLine>
          </span>
        )}
        {named.length > 0 && (
          <span className="truncate">
            {frame !== null && '· '}
            <JobLine title>{named.map(({ name }) => name).join(', ')}</JobLine>
          </span>
        )}
      </p>
    </>
  );
}

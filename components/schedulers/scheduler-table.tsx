'use client';
import Link from 'next/link';
import type { Scheduler } from '@/lib/domain/scheduler';
import { queueHref } from '../format/hrefs';
import { Ago } from '../shell/time';
import { cn } from '../ui/cn';
import { isControl } from '../ui/is-control';
import { JobLine } from '../ui/job-text';
import { RunStrip } from './run-strip';
import { StatusMark, statusWords } from './status-mark';
import { formatInZone } from './zone-time';

const HEAD = 'label h-8 px-2 text-left font-medium whitespace-nowrap';
const CELL = 'px-2 truncate';

type Props = {
  schedulers: readonly Scheduler[];
  withQueue: boolean;
  openId: string | null;
  cursor: number;
  onOpen(scheduler: Scheduler): void;
};

/** One scheduler a row; what is wrong with it stands below it, since that is what one looks for. */
export function SchedulerTable({ schedulers, withQueue, openId, cursor, onOpen }: Props) {
  return (
    <table className="w-full table-fixed text-sm max-md:hidden">
      <colgroup>
        <col className="w-8" />
        <col />
        {withQueue && <col className="w-[18%]" />}
        <col className="w-[26%]" />
        <col className="w-24" />
        <col className="w-32" />
        <col className="w-[264px] max-xl:hidden" />
      </colgroup>
      <thead>
        <tr className="border-b border-line">
          <th scope="col" className={HEAD}>
            <span className="sr-only">Status</span>
          </th>
          <th scope="col" className={HEAD}>
            makes
          </th>
          {withQueue && (
            <th scope="col" className={HEAD}>
              in queue
            </th>
          )}
          <th scope="col" className={HEAD}>
            when
          </th>
          <th scope="col" className={cn(HEAD, 'text-right')}>
            next
          </th>
          <th scope="col" className={cn(HEAD, 'text-right')}>
            last run
          </th>
          <th scope="col" className={cn(HEAD, 'max-xl:hidden')} title="Newest at the right">
            last 60 times
          </th>
        </tr>
      </thead>
      {schedulers.map((scheduler, index) => (
        <Row
          key={rowId(scheduler)}
          scheduler={scheduler}
          withQueue={withQueue}
          isOpen={openId === rowId(scheduler)}
          isCursor={index === cursor}
          onOpen={() => onOpen(scheduler)}
        />
      ))}
    </table>
  );
}

/** Names a scheduler among those of all queues, in the address too. */
export function rowId({ queueKey, id }: Pick<Scheduler, 'queueKey' | 'id'>): string {
  return `${queueKey} ${id}`;
}

type RowProps = { scheduler: Scheduler; withQueue: boolean; isOpen: boolean; isCursor: boolean; onOpen(): void };

function Row({ scheduler, withQueue, isOpen, isCursor, onOpen }: RowProps) {
  const { queue, queueKey, name, id, words, zone, schedule, status, trouble, runs } = scheduler;
  return (
    <tbody
      data-cursor={isCursor || undefined}
      onClick={(event) => !isControl(event) && onOpen()}
      className={cn(
        'cursor-default border-b border-line hover:bg-hover data-cursor:bg-hover data-cursor:shadow-[inset_2px_0_0_var(--accent)]',
        isOpen && 'bg-accent-soft',
      )}
    >
      <tr className="h-8">
        <td className="pl-3 align-middle">
          <StatusMark status={status} />
        </td>
        <td className={CELL}>
          <button
            type="button"
            onClick={onOpen}
            className="link max-w-full truncate text-left font-medium align-middle"
          >
            <JobLine title>{name}</JobLine>
          </button>
          {id !== name && scheduler.form === 'bullmq-scheduler' && (
            <JobLine title className="ml-2 font-mono text-xs text-ink-3">
              {id}
            </JobLine>
          )}
        </td>
        {withQueue && (
          <td className={CELL}>
            <Link href={queueHref(queueKey)} prefetch={false} className="link">
              <JobLine title>{queue.name}</JobLine>
            </Link>
          </td>
        )}
        <td className={CELL} title={schedule.pattern ?? words}>
          {words}
          {schedule.pattern !== null && (
            <span className="ml-2 text-xs text-ink-3">
              {zone.name}
              {zone.isAssumed && '?'}
            </span>
          )}
        </td>
        <td className={cn(CELL, 'text-right')}>
          <NextRun scheduler={scheduler} />
        </td>
        <td className={cn(CELL, 'text-right')}>
          <LastRun scheduler={scheduler} />
        </td>
        <td className="px-2 max-xl:hidden">
          <RunStrip runs={runs} />
        </td>
      </tr>
      {trouble !== null && status !== 'ended' && (
        <tr>
          <td />
          <td
            colSpan={withQueue ? 6 : 5}
            className={cn('px-2 pb-1.5 text-xs', status === 'broken' ? 'text-crit' : 'text-warn')}
          >
            {trouble}
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** How long until the next run, and when that is in the schedule's own zone. */
export function NextRun({ scheduler: { status, nextAt, nextRuns, zone } }: { scheduler: Scheduler }) {
  const next = status === 'late' || status === 'due' ? nextAt : (nextRuns[0] ?? null);
  if (status === 'broken' || status === 'ended' || next === null)
    return (
      <span className="text-ink-3" title={statusWords(status)}>
        –
      </span>
    );
  return (
    <span title={formatInZone(next, zone.name)} className={status === 'late' ? 'font-medium text-warn' : undefined}>
      <Ago at={next} />
    </span>
  );
}

export function LastRun({ scheduler: { lastRun, missed } }: { scheduler: Scheduler }) {
  return (
    <>
      {missed > 0 && (
        <span className="mr-1.5 text-2xs font-medium text-warn" title="Times of the last 60 at which it did not run">
          {missed} missed
        </span>
      )}
      {lastRun === null ? (
        <span className="text-ink-3" title="No job of it is kept, and none was seen since it is watched">
          –
        </span>
      ) : (
        <span className={lastRun.outcome === 'failed' ? 'text-crit' : undefined}>
          {lastRun.outcome === 'failed' && '✗ '}
          <span className="sr-only">{lastRun.outcome} </span>
          <Ago at={lastRun.at} />
        </span>
      )}
    </>
  );
}

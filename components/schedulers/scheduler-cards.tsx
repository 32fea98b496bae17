'use client';
import type { Scheduler } from '@/lib/domain/scheduler';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { LastRun, NextRun, rowId } from './scheduler-table';
import { StatusMark } from './status-mark';

type Props = { schedulers: readonly Scheduler[]; onOpen(scheduler: Scheduler): void };

/** The table's essentials for a narrow screen. */
export function SchedulerCards({ schedulers, onOpen }: Props) {
  return (
    <ul aria-label="Schedulers" className="divide-y divide-line md:hidden">
      {schedulers.map((scheduler) => (
        <li key={rowId(scheduler)}>
          <button
            type="button"
            onClick={() => onOpen(scheduler)}
            className="flex w-full items-center gap-3 px-3 py-2 text-left active:bg-hover"
          >
            <StatusMark status={scheduler.status} />
            <span className="min-w-0 flex-1">
              <JobLine className="block truncate font-medium">{scheduler.name}</JobLine>
              <span className="block truncate text-xs text-ink-3">
                <JobLine>{scheduler.queue.name}</JobLine> · {scheduler.words}
              </span>
              {scheduler.trouble !== null && scheduler.status !== 'ended' && (
                <span className={cn('block text-xs', scheduler.status === 'broken' ? 'text-crit' : 'text-warn')}>
                  {scheduler.trouble}
                </span>
              )}
            </span>
            <span className="shrink-0 text-right text-xs">
              <span className="block">
                <NextRun scheduler={scheduler} />
              </span>
              <span className="block text-ink-3">
                <LastRun scheduler={scheduler} />
              </span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

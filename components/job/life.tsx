'use client';
import type { Job } from '@/lib/domain/job';
import type { JobEventEntry } from '@/lib/domain/job-parts';
import { exactDuration, formatDuration } from '../format/duration';
import { useNow } from '../live/use-now';
import { Clock } from '../shell/time';
import { cn } from '../ui/cn';
import { lifecycle } from './job-times';
import { stepsFromEvents } from './life-steps';

/** The steps of a job's life with their times and how long each took, told by events where they reach back to its start. */
export function Life({ job, events, isGone }: { job: Job; events: readonly JobEventEntry[]; isGone: boolean }) {
  const now = useNow();
  const steps = stepsFromEvents(events, job.state, now) ?? lifecycle(job, now);
  return (
    <ol className="text-sm">
      {steps.map(({ name, at, ms, isRunning, hint }, index) => (
        <li key={index} className="flex items-stretch gap-3">
          <span aria-hidden className="flex w-2 flex-col items-center">
            <span className={cn('w-px flex-1', index === 0 ? 'bg-transparent' : 'bg-line-strong')} />
            <span
              className={cn(
                'size-2 shrink-0 rounded-full',
                isRunning && !isGone ? 'pulse-dot bg-accent' : name === 'Failed' ? 'bg-crit' : 'bg-line-strong',
              )}
            />
            <span className={cn('w-px flex-1', index === steps.length - 1 ? 'bg-transparent' : 'bg-line-strong')} />
          </span>
          <span className="flex min-h-7 flex-1 flex-wrap items-center gap-x-3">
            <span className="w-28">{name}</span>
            <span className="w-24 font-medium" title={ms === null ? undefined : exactDuration(ms)}>
              {ms !== null && !(isRunning && isGone) && formatDuration(ms)}
            </span>
            <Clock at={at} className="text-ink-2" />
            {hint && <span className="text-xs text-ink-3">{hint}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

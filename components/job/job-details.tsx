'use client';
import type { Job } from '@/lib/domain/job';
import { exactDuration, formatDuration } from '../format/duration';
import { useNow } from '../live/use-now';
import { Clock } from '../shell/time';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { lifecycle } from './job-times';
import { LongText } from './long-text';
import { JobLogs } from './job-logs';
import { Part } from './part';
import { Payload } from './payload';
import { StackTraces } from './stack-traces';

/** All that is known of one job, the reason of its failure first. */
export function JobDetails({ job, queueKey }: { job: Job; queueKey: string }) {
  const field = (name: 'data' | 'result' | 'options') => ({ queueKey, jobId: job.id, name, field: job[name] });
  return (
    <div className="divide-y divide-line">
      {job.isOrphan && (
        <p className="bg-warn-soft px-4 py-2">
          Only the id of this job is left in the list; its content is gone from the broker.
        </p>
      )}
      {job.failedReason !== null && (
        <Part title="Error">
          <LongText className="rounded-md bg-crit-soft px-3 py-2 font-medium text-crit">{job.failedReason}</LongText>
        </Part>
      )}
      <Part title="Life">
        <Life job={job} />
      </Part>
      {job.stacktrace.length > 0 && (
        <Part
          title={`Attempts that failed · ${job.stacktrace.length}${job.attempts === null ? '' : ` of ${job.attempts} allowed`}`}
        >
          <StackTraces stacks={job.stacktrace} />
        </Part>
      )}
      <Payload title="Data" {...field('data')} />
      <Payload title="Result" {...field('result')} />
      <Payload title="Options" {...field('options')} />
      <JobLogs queueKey={queueKey} jobId={job.id} count={job.logCount} />
      {job.parent !== null && (
        <Part title="Parent">
          <JobLine className="font-mono text-xs [overflow-wrap:anywhere]">{job.parent}</JobLine>
        </Part>
      )}
    </div>
  );
}

function Life({ job }: { job: Job }) {
  const now = useNow();
  const steps = lifecycle(job, now);
  return (
    <>
      <ol className="text-sm">
        {steps.map(({ name, at, ms, isRunning, hint }, index) => (
          <li key={name} className="flex items-stretch gap-3">
            <span aria-hidden className="flex w-2 flex-col items-center">
              <span className={cn('w-px flex-1', index === 0 ? 'bg-transparent' : 'bg-line-strong')} />
              <span
                className={cn(
                  'size-2 shrink-0 rounded-full',
                  isRunning ? 'pulse-dot bg-accent' : name === 'Failed' ? 'bg-crit' : 'bg-line-strong',
                )}
              />
              <span className={cn('w-px flex-1', index === steps.length - 1 ? 'bg-transparent' : 'bg-line-strong')} />
            </span>
            <span className="flex min-h-7 flex-1 flex-wrap items-center gap-x-3">
              <span className="w-24">{name}</span>
              <span className="w-24 font-medium" title={ms === null ? undefined : exactDuration(ms)}>
                {ms !== null && formatDuration(ms)}
              </span>
              <Clock at={at} className="text-ink-2" />
              {hint && <span className="text-xs text-ink-3">{hint}</span>}
            </span>
          </li>
        ))}
      </ol>
      <p className="mt-1 flex flex-wrap gap-2 pl-5 text-xs text-ink-3">
        <span>
          attempts {job.attemptsMade ?? '–'} of {job.attempts ?? '–'}
        </span>
        {job.priority !== null && job.priority > 0 && <span>priority {job.priority}</span>}
        {(job.stalledCount ?? 0) > 0 && <Chip tone="warn">stalled {job.stalledCount} ×</Chip>}
        {typeof job.progress === 'number' && job.progress > 0 && <Progress value={job.progress} />}
        {typeof job.progress === 'string' && (
          <span>
            progress <JobLine>{job.progress}</JobLine>
          </span>
        )}
      </p>
    </>
  );
}

function Progress({ value }: { value: number }) {
  const percent = Math.max(0, Math.min(100, value));
  return (
    <span className="flex items-center gap-2">
      progress
      <span className="h-1.5 w-28 overflow-hidden rounded-full bg-line">
        <span className="block h-full bg-accent" style={{ width: `${percent}%` }} />
      </span>
      {value} %
    </span>
  );
}

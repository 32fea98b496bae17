'use client';
import type { ReactNode } from 'react';
import Link from 'next/link';
import type { Job } from '@/lib/domain/job';
import { formatDuration } from '../format/duration';
import { failureHref, schedulerHref } from '../format/hrefs';
import { formatCount, UNKNOWN } from '../format/number';
import { Clock } from '../shell/time';
import { Chip } from '../ui/chip';
import { JobLine } from '../ui/job-text';

/** What else is known of a job, in short; what its library does not record is left out. */
export function Facts({ job, queueKey }: { job: Job; queueKey: string }) {
  return (
    <dl className="grid grid-cols-[8rem_1fr] gap-x-3 gap-y-1 text-sm">
      <Fact name="Attempts">
        {job.attemptsMade ?? UNKNOWN} of {job.attempts ?? UNKNOWN} allowed
        {job.attemptsStarted !== null && job.attemptsStarted !== job.attemptsMade && (
          <span className="text-ink-3"> · started {formatCount(job.attemptsStarted)} ×</span>
        )}
      </Fact>
      <Fact name="Priority">{job.priority ? formatCount(job.priority) : 'none'}</Fact>
      {(job.delay ?? 0) > 0 && <Fact name="Delay">{formatDuration(job.delay)}</Fact>}
      {(job.stalledCount ?? 0) > 0 && (
        <Fact name="Stalled">
          <Chip tone="warn">{job.stalledCount} ×</Chip>
        </Fact>
      )}
      {job.retriedOn !== null && (
        <Fact name="Brought back">
          <Clock at={job.retriedOn} />
        </Fact>
      )}
      {job.processedBy !== null && <Fact name="Worker">{text(job.processedBy)}</Fact>}
      {job.failure !== null && (
        <Fact name="Kind of failure">
          <Link href={failureHref(job.failure.fingerprint)} className="link">
            <JobLine className="[overflow-wrap:anywhere]">{job.failure.title}</JobLine>
          </Link>
        </Fact>
      )}
      {job.scheduler !== null && (
        <Fact name="Made by scheduler">
          <Link href={schedulerHref(queueKey, job.scheduler)} className="link">
            {text(job.scheduler)}
          </Link>
        </Fact>
      )}
      {job.deduplicationId !== null && <Fact name="Deduplication id">{text(job.deduplicationId)}</Fact>}
    </dl>
  );
}

function text(value: string): ReactNode {
  return <JobLine className="font-mono text-xs [overflow-wrap:anywhere]">{value}</JobLine>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

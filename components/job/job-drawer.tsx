'use client';
import { Maximize2, X } from 'lucide-react';
import Link from 'next/link';
import type { JobAction } from '@/lib/domain/action';
import type { JobState, Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { jobHref } from '../format/hrefs';
import { Button } from '../ui/button';
import { Drawer } from '../ui/drawer';
import { Empty } from '../ui/empty';
import { SkeletonRows } from '../ui/skeleton';
import { GoneNote } from './gone-note';
import { JobActions } from './job-actions';
import { JobDetails } from './job-details';
import { JobHeading } from './job-heading';
import { useJob } from './use-job';

type Props = {
  queue: Queue;
  jobId: string | null;
  why: string | null;
  isBusy: boolean;
  onClose(): void;
  onAct(action: JobAction, id: string, state: JobState): void;
};

/** What happened to this job? Open while the address names a job. */
export function JobDrawer({ queue, jobId, why, isBusy, onClose, onAct }: Props) {
  const { job, goneSince, error, isPending } = useJob(queue.key, jobId);
  return (
    <Drawer open={jobId !== null} onClose={onClose} label={`Job ${jobId ?? ''}`}>
      <div className="flex min-h-12 items-center gap-1 border-b border-line px-4 py-2">
        <h2 className="flex min-w-0 flex-1 items-center gap-2 text-base">
          <JobHeading job={job} jobId={jobId ?? ''} />
        </h2>
        <Button variant="ghost" size="icon" asChild>
          <Link
            href={jobHref(queue.key, jobId ?? '')}
            aria-label="Open on a page of its own"
            title="Open on a page of its own"
          >
            <Maximize2 size={14} />
          </Link>
        </Button>
        <Button variant="ghost" size="icon" aria-label="Close" title="Close (Esc)" onClick={onClose}>
          <X size={16} />
        </Button>
      </div>
      {job && (
        <div className="border-b border-line px-4 py-2">
          <JobActions {...{ queue, job, why, isBusy, onAct }} isGone={goneSince !== null} />
        </div>
      )}
      {goneSince !== null && <GoneNote since={goneSince} />}
      <div className="min-h-0 flex-1 overflow-y-auto">
        {isPending && !error && <SkeletonRows count={8} />}
        {error && !job && <Empty title="This job cannot be shown">{sentenceOf(error)}</Empty>}
        {job && <JobDetails key={job.id} job={job} queue={queue} isGone={goneSince !== null} />}
      </div>
    </Drawer>
  );
}

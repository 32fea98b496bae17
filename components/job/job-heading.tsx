'use client';
import { Copy } from 'lucide-react';
import { toast } from 'sonner';
import type { Job } from '@/lib/domain/job';
import { copyText } from '../format/copy-text';
import { stateColor } from '../queue/state-strip';
import { Button } from '../ui/button';
import { JobLine } from '../ui/job-text';

/** State, name and id of a job in one line. */
export function JobHeading({ job, jobId }: { job: Job | null; jobId: string }) {
  return (
    <>
      {job && (
        <span
          aria-hidden
          className="size-2.5 shrink-0 self-center rounded-[3px]"
          style={{ background: stateColor(job.state) }}
        />
      )}
      <span className="flex min-w-0 items-baseline gap-2">
        {job?.name != null && <JobLine className="min-w-0 truncate">{job.name}</JobLine>}
        <JobLine className="min-w-0 truncate font-mono text-xs font-normal text-ink-3">{jobId}</JobLine>
        {job && <span className="shrink-0 text-xs font-normal text-ink-2">{job.state}</span>}
      </span>
      <Button
        variant="ghost"
        size="icon"
        aria-label="Copy the job’s id"
        title="Copy the job’s id"
        onClick={() =>
          void copyText(jobId).then((isDone) =>
            isDone ? toast.success('Copied') : toast.error('The browser did not allow copying'),
          )
        }
      >
        <Copy size={14} />
      </Button>
    </>
  );
}

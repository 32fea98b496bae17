'use client';
import { useQuery } from '@tanstack/react-query';
import { Copy, X } from 'lucide-react';
import { toast } from 'sonner';
import { JOB_ACTIONS, type JobAction } from '@/lib/domain/action';
import { jobSchema, type Job } from '@/lib/domain/job';
import type { JobState, Queue } from '@/lib/domain/queue';
import { apiGet } from '../api/client';
import { sentenceOf } from '../api/problem';
import { copyText } from '../format/copy-text';
import { stateColor } from '../queue/state-strip';
import { Button } from '../ui/button';
import { Drawer } from '../ui/drawer';
import { Empty } from '../ui/empty';
import { JobLine } from '../ui/job-text';
import { SkeletonRows } from '../ui/skeleton';
import { ACTION_WORDS } from './allowed-actions';
import { JobDetails } from './job-details';
import { useKeptError } from './use-kept-error';

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
  const {
    data,
    error: latestError,
    isPending,
  } = useQuery({
    queryKey: ['job', queue.key, jobId],
    queryFn: ({ signal }) =>
      apiGet(`/queues/${queue.key}/jobs/${encodeURIComponent(jobId ?? '')}`, jobSchema, { signal }),
    enabled: jobId !== null,
    refetchInterval: (query) => (query.state.data?.state === 'active' ? 2000 : 10_000),
  });
  const error = useKeptError(latestError, data !== undefined);
  return (
    <Drawer open={jobId !== null} onClose={onClose} label={`Job ${jobId ?? ''}`}>
      <div className="flex min-h-12 items-center gap-2 border-b border-line px-4 py-2">
        {data && (
          <span
            aria-hidden
            className="size-2.5 shrink-0 rounded-[3px]"
            style={{ background: stateColor(data.state) }}
          />
        )}
        <h2 className="flex min-w-0 flex-1 items-baseline gap-2 text-base">
          {data?.name != null && <JobLine className="truncate">{data.name}</JobLine>}
          <JobLine className="min-w-0 truncate font-mono text-xs font-normal text-ink-3">{jobId ?? ''}</JobLine>
        </h2>
        <Button
          variant="ghost"
          size="icon"
          aria-label="Copy the job’s id"
          title="Copy the job’s id"
          onClick={() =>
            void copyText(jobId ?? '').then((isDone) =>
              isDone ? toast.success('Copied') : toast.error('The browser did not allow copying'),
            )
          }
        >
          <Copy size={14} />
        </Button>
        <Button variant="ghost" size="icon" aria-label="Close" title="Close (Esc)" onClick={onClose}>
          <X size={16} />
        </Button>
      </div>
      {data && <Actions job={data} why={why} isBusy={isBusy} onAct={onAct} />}
      <div className="min-h-0 flex-1 overflow-y-auto">
        {isPending && !error && <SkeletonRows count={8} />}
        {error && !data && <Empty title="This job cannot be shown">{sentenceOf(error)}</Empty>}
        {data && <JobDetails job={data} queueKey={queue.key} />}
      </div>
    </Drawer>
  );
}

function Actions({
  job,
  why,
  isBusy,
  onAct,
}: {
  job: Job;
  why: string | null;
  isBusy: boolean;
  onAct(action: JobAction, id: string, state: JobState): void;
}) {
  return (
    <div className="flex flex-wrap gap-2 border-b border-line px-4 py-2">
      {JOB_ACTIONS.map((action) => {
        const isPossible = job.actions.includes(action);
        return (
          <Button
            key={action}
            size="sm"
            variant={
              !isPossible
                ? 'plain'
                : action === 'remove'
                  ? 'dangerGhost'
                  : action === 'retry' && job.state === 'failed'
                    ? 'primary'
                    : 'plain'
            }
            title={ACTION_WORDS[action].hint}
            blockedBecause={isPossible ? why : `A job that is ${job.state} does not allow this.`}
            disabled={isBusy}
            onClick={() => onAct(action, job.id, job.state)}
          >
            {ACTION_WORDS[action].verb}
          </Button>
        );
      })}
    </div>
  );
}

'use client';
import { ChevronLeft } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { JobAction } from '@/lib/domain/action';
import type { JobState, Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { jobsHref, queueHref } from '../format/hrefs';
import { useWhyNotAct } from '../live/use-why-not-act';
import { hasUndo, useRemoveWithUndo } from '../operations/use-remove-with-undo';
import { QueueMissing } from '../queue/queue-missing';
import { useQueue } from '../queue/use-queue';
import { useHotkeys } from '../shell/use-hotkeys';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { JobLine } from '../ui/job-text';
import { SkeletonRows } from '../ui/skeleton';
import { needsQuestion } from './allowed-actions';
import { ConfirmDialog, type Question } from './confirm-dialog';
import { GoneNote } from './gone-note';
import { JobActions } from './job-actions';
import { JobDetails } from './job-details';
import { JobHeading } from './job-heading';
import { useJob } from './use-job';
import { useJobActions } from './use-job-actions';

/** What happened to this job? Its own page, with an address that can be sent to others. */
export function JobScreen({ queueKey, jobId }: { queueKey: string; jobId: string }) {
  const { queue, missing, error } = useQueue(queueKey);
  if (!queue) return <QueueMissing missing={missing} error={error} />;
  return <OneJob key={jobId} queue={queue} jobId={jobId} />;
}

function OneJob({ queue, jobId }: { queue: Queue; jobId: string }) {
  const { job, goneSince, error, isPending, refetch } = useJob(queue.key, jobId);
  const [question, setQuestion] = useState<(Question & { state: JobState }) | null>(null);
  const { mutate, isPending: isActing } = useJobActions(queue.key);
  const remove = useRemoveWithUndo(queue.key);
  const why = useWhyNotAct(queue);
  const act = (action: JobAction, id: string, state: JobState) => {
    if (action === 'remove' && hasUndo(state)) remove.mutate({ state, ids: [id] });
    else if (needsQuestion(action, state)) setQuestion({ action, ids: [id], state });
    else mutate({ action, ids: [id] });
  };
  useHotkeys({
    r: () => job?.actions.includes('retry') && why === null && goneSince === null && act('retry', job.id, job.state),
  });
  const { source, namespace, name } = queue.id;
  return (
    <div className="mx-auto flex max-w-[110rem] flex-col gap-3 p-3 md:p-4">
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-72">
          <p className="flex min-w-0 items-center gap-1 text-xs text-ink-3">
            <Link
              href={job ? jobsHref(queue.key, { state: job.state }) : queueHref(queue.key)}
              className="link flex shrink-0 items-center gap-0.5 hover:text-ink"
            >
              <ChevronLeft size={13} aria-hidden />
              {job ? `Jobs that are ${job.state}` : 'Queue'}
            </Link>
            <span aria-hidden>·</span>
            <Link href={queueHref(queue.key)} className="link min-w-0 truncate">
              <JobLine>{`${source} / ${namespace} / ${name}`}</JobLine>
            </Link>
          </p>
          <h1 className="mt-0.5 flex min-w-0 items-center gap-2 text-xl tracking-tight">
            <JobHeading job={job} jobId={jobId} />
          </h1>
        </div>
        {job && (
          <div className="pt-3">
            <JobActions
              {...{ queue, job, why }}
              isBusy={isActing || remove.isPending}
              isGone={goneSince !== null}
              onAct={act}
            />
          </div>
        )}
      </header>
      {goneSince !== null && (
        <div className="panel overflow-hidden">
          <GoneNote since={goneSince} />
        </div>
      )}
      {isPending && !error && <SkeletonRows count={10} />}
      {error && !job && (
        <Empty title="This job cannot be shown">
          <p className="mb-3">
            {sentenceOf(error)} It may have been removed, or its queue keeps only so many finished jobs.
          </p>
          <Button onClick={refetch}>Try again</Button>
        </Empty>
      )}
      {job && <JobDetails job={job} queue={queue} isGone={goneSince !== null} isPage />}
      <ConfirmDialog
        question={question}
        queue={queue}
        state={question?.state ?? 'waiting'}
        onCancel={() => setQuestion(null)}
        onConfirm={({ action, ids }) => {
          mutate({ action, ids });
          setQuestion(null);
        }}
      />
    </div>
  );
}

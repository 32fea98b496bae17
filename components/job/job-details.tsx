'use client';
import { useState } from 'react';
import type { Job } from '@/lib/domain/job';
import type { Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { AttemptList } from './attempt-list';
import { Facts } from './facts';
import { Flow } from './flow';
import { JobError } from './job-error';
import { JobLogs } from './job-logs';
import { Life } from './life';
import { NameHistory } from './name-history';
import { Part } from './part';
import { Payload } from './payload';
import { Progress } from './progress';
import { RemovalNote } from './removal-note';
import { useJobEvents } from './use-job';
import { useStacks } from './use-stacks';

type Props = { job: Job; queue: Queue; isGone: boolean; isPage?: boolean };

/** All that is known of one job, the reason of its failure first: one column in the drawer, two on its own page. */
export function JobDetails({ job, queue, isGone, isPage = false }: Props) {
  // On its page a job's events are read at once; in the drawer, where one goes from job to job, when they are asked for.
  const [isWanted, setWanted] = useState(isPage);
  const hasStream = queue.kind === 'bullmq';
  const { events, isFetching, isComplete, hasRead, error } = useJobEvents(
    queue.kind,
    queue.key,
    job,
    isWanted && !isGone,
  );
  const field = (name: 'data' | 'result' | 'options') => ({
    queueKey: queue.key,
    jobId: job.id,
    name,
    field: job[name],
  });
  const column = cn('min-w-0 divide-y divide-line', isPage && 'panel self-start overflow-hidden');
  const story = (
    <>
      {job.removal !== null && !isGone && <RemovalNote operationId={job.removal} queue={queue} />}
      {job.isOrphan && (
        <p className="bg-warn-soft px-4 py-2">
          Only the id of this job is left in the list; its content is gone from the broker.
        </p>
      )}
      {job.error !== null && <JobError job={job} queueKey={queue.key} />}
    </>
  );
  const life = (
    <Part
      title="Life"
      extra={
        hasStream &&
        !hasRead && (
          <Button size="sm" variant="ghost" disabled={isFetching || isGone} onClick={() => setWanted(true)}>
            {isFetching ? 'Reading events…' : 'Times of all attempts'}
          </Button>
        )
      }
    >
      <Life job={job} events={events} isGone={isGone} />
      <p className="mt-1 pl-5 text-xs text-ink-3">
        {error
          ? `The queue’s events cannot be read: ${sentenceOf(error)}`
          : !hasStream
            ? 'Bull records the times of the last attempt only.'
            : hasRead && !isComplete
              ? 'The queue’s event stream no longer reaches back to this job’s beginning: what is not recorded is left out.'
              : null}
      </p>
    </Part>
  );
  const attempts = (
    <Part title={`Attempts · ${job.attemptsMade ?? '–'} of ${job.attempts ?? '–'} allowed`}>
      <Attempts job={job} queueKey={queue.key} events={events} />
    </Part>
  );
  const progress = job.progress !== null && job.progress !== 0 && (
    <Part title="Progress">
      <Progress value={job.progress} />
    </Part>
  );
  const facts = (
    <Part title="Facts">
      <Facts job={job} queueKey={queue.key} />
    </Part>
  );
  const flow = hasStream && !isGone && <Flow queueKey={queue.key} job={job} />;
  const payloads = (
    <>
      <Payload key={`data ${job.id}`} title="Data" {...field('data')} />
      <Payload key={`result ${job.id}`} title="Result" {...field('result')} />
    </>
  );
  const rest = (
    <>
      <JobLogs key={job.id} queueKey={queue.key} jobId={job.id} count={job.logCount} />
      <Payload key={`options ${job.id}`} title="Options" {...field('options')} />
    </>
  );
  if (!isPage)
    return (
      <div className={column}>
        {story}
        {life}
        {attempts}
        {progress}
        {payloads}
        {flow}
        {rest}
        {facts}
      </div>
    );
  return (
    <div className="grid gap-3 lg:grid-cols-[minmax(0,3fr)_minmax(20rem,2fr)]">
      <div className={column}>
        {story}
        {attempts}
        {payloads}
        {rest}
      </div>
      <div className={column}>
        {life}
        {progress}
        {facts}
        {flow}
        <NameHistory queueKey={queue.key} job={job} />
      </div>
    </div>
  );
}

function Attempts({
  job,
  queueKey,
  events,
}: Pick<Props, 'job'> & { queueKey: string; events: Parameters<typeof AttemptList>[0]['events'] }) {
  const stacks = useStacks(queueKey, job);
  return (
    <>
      {stacks.button}
      <AttemptList key={job.id} job={{ ...job, stacktrace: stacks.list }} events={events} />
    </>
  );
}

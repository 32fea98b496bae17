'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { CHILD_SETS, jobFlowSchema, type ChildSet, type FlowJob, type JobFlow } from '@/lib/domain/job-parts';
import type { Job } from '@/lib/domain/job';
import { apiGet } from '../api/client';
import { sentenceOf } from '../api/problem';
import { exactDuration, formatDuration } from '../format/duration';
import { jobHref, jobPath } from '../format/hrefs';
import { formatCount } from '../format/number';
import { stateColor } from '../queue/state-strip';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { Part } from './part';

/** Deeper levels are opened on the child's own page. */
const MAX_LEVELS = 8;
const SET_WORDS: Record<ChildSet, string> = {
  failed: 'failed',
  unprocessed: 'not done',
  processed: 'done',
  ignored: 'failed, ignored',
};
/** What a person wants to see first: what went wrong, then what is still missing. */
const SET_ORDER: readonly ChildSet[] = ['failed', 'unprocessed', 'processed', 'ignored'];

function useFlow(queueKey: string, jobId: string, set: ChildSet | null, stamp: string) {
  return useInfiniteQuery({
    queryKey: ['flow', queueKey, jobId, set, stamp],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ children: set ?? 'unprocessed', limit: set === null ? '1' : '25' });
      if (pageParam !== null) query.set('cursor', pageParam);
      return apiGet(`${jobPath(queueKey, jobId)}/flow?${query.toString()}`, jobFlowSchema, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page: JobFlow) => page.nextCursor,
    retry: false,
    staleTime: 5_000,
  });
}

/** Where a BullMQ job stands in its flow: the jobs above it, and those below it, opened one by one. */
export function Flow({ queueKey, job }: { queueKey: string; job: Job }) {
  const stamp = `${job.state} ${job.finishedOn ?? ''}`;
  const { data, error } = useFlow(queueKey, job.id, null, stamp);
  const [flow] = data?.pages ?? [];
  if (error)
    return (
      <Part title="Flow">
        <p className="text-xs text-crit">The flow cannot be read: {sentenceOf(error)}</p>
      </Part>
    );
  if (!flow || (flow.parents.length === 0 && CHILD_SETS.every((set) => flow.counts[set] === 0))) return null;
  return (
    <Part title="Flow">
      <ol className="overflow-x-auto text-sm">
        {flow.isParentsCut && <li className="text-xs text-ink-3">… more jobs above</li>}
        {flow.parents.map((parent, level) => (
          <li key={`${parent.queueKey ?? ''} ${parent.id}`}>
            <FlowLine job={parent} level={level} queueKey={queueKey} />
          </li>
        ))}
        <li>
          <div
            className="flex min-h-7 items-center gap-2 rounded-md bg-accent-soft px-1 font-medium"
            style={{ marginLeft: flow.parents.length * 16 }}
          >
            <StateDot state={job.state} />
            <span>this job</span>
            <span className="text-xs font-normal text-ink-2">{job.state}</span>
          </div>
          <Children queueKey={queueKey} jobId={job.id} level={flow.parents.length + 1} depth={1} stamp={stamp} />
        </li>
      </ol>
    </Part>
  );
}

type ChildrenProps = { queueKey: string; jobId: string; level: number; depth: number; stamp: string };

function Children({ queueKey, jobId, level, depth, stamp }: ChildrenProps) {
  const summary = useFlow(queueKey, jobId, null, stamp);
  const counts = summary.data?.pages[0]?.counts;
  const [chosen, setChosen] = useState<ChildSet | null>(null);
  const set = chosen ?? SET_ORDER.find((one) => (counts?.[one] ?? 0) > 0) ?? null;
  if (!counts || set === null) return null;
  return (
    <div style={{ marginLeft: Math.min(level, 6) * 16 }}>
      <div role="group" aria-label="Children" className="flex flex-wrap items-center gap-1 py-1 text-xs text-ink-3">
        children
        {SET_ORDER.filter((one) => counts[one] > 0).map((one) => (
          <Button
            key={one}
            size="sm"
            variant={one === set ? 'plain' : 'ghost'}
            aria-pressed={one === set}
            onClick={() => setChosen(one)}
          >
            {formatCount(counts[one])} {SET_WORDS[one]}
          </Button>
        ))}
      </div>
      <ChildList queueKey={queueKey} jobId={jobId} set={set} depth={depth} stamp={stamp} />
    </div>
  );
}

function ChildList({ queueKey, jobId, set, depth, stamp }: Omit<ChildrenProps, 'level'> & { set: ChildSet }) {
  const { data, error, isFetching, hasNextPage, fetchNextPage } = useFlow(queueKey, jobId, set, stamp);
  const children = data?.pages.flatMap((page) => page.children) ?? [];
  return (
    <>
      <ol className="border-l border-line pl-1">
        {children.map((child) => (
          <Child key={`${child.queueKey ?? ''} ${child.id}`} job={child} set={set} queueKey={queueKey} depth={depth} />
        ))}
      </ol>
      {error && <p className="text-xs text-crit">{sentenceOf(error)}</p>}
      {(hasNextPage || isFetching) && (
        <Button size="sm" variant="ghost" disabled={isFetching} onClick={() => void fetchNextPage()}>
          {isFetching ? 'Reading…' : `Show more (${formatCount(children.length)} shown)`}
        </Button>
      )}
    </>
  );
}

function Child({ job, set, queueKey, depth }: { job: FlowJob; set: ChildSet; queueKey: string; depth: number }) {
  const [isOpen, setOpen] = useState(false);
  const canOpen = job.hasChildren && job.queueKey !== null && depth < MAX_LEVELS;
  return (
    <li>
      <div className="flex items-center">
        <Button
          size="icon"
          variant="ghost"
          aria-label={`Children of job ${job.id}`}
          aria-expanded={isOpen}
          className={cn('size-5', !canOpen && 'invisible')}
          onClick={() => setOpen(!isOpen)}
        >
          <ChevronRight size={13} className={cn(isOpen && 'rotate-90')} />
        </Button>
        <FlowLine job={job} level={0} queueKey={queueKey} set={set} />
      </div>
      {isOpen && job.queueKey !== null && (
        <Children queueKey={job.queueKey} jobId={job.id} level={1} depth={depth + 1} stamp={job.state ?? ''} />
      )}
    </li>
  );
}

type LineProps = { job: FlowJob; level: number; queueKey: string; set?: ChildSet };

function FlowLine({ job, level, queueKey, set }: LineProps) {
  const ranMs = job.processedOn !== null && job.finishedOn !== null ? job.finishedOn - job.processedOn : null;
  const gone = set === 'processed' ? 'done and removed' : 'removed';
  return (
    <div className="flex min-h-7 min-w-0 flex-1 flex-wrap items-center gap-x-2 px-1" style={{ marginLeft: level * 16 }}>
      <StateDot state={job.state} />
      <span className="max-w-[75%] min-w-0 truncate">
        {job.queueKey === null || job.state === null ? (
          <JobLine className="font-mono text-xs">{job.id}</JobLine>
        ) : (
          <Link href={jobHref(job.queueKey, job.id)} className="link">
            <JobLine>{job.name ?? '(no name)'}</JobLine>{' '}
            <JobLine className="font-mono text-xs text-ink-3">{job.id}</JobLine>
          </Link>
        )}
      </span>
      <span className="shrink-0 text-xs text-ink-2">{job.state ?? gone}</span>
      {ranMs !== null && ranMs >= 0 && (
        <span className="shrink-0 text-xs text-ink-3" title={exactDuration(ranMs)}>
          {formatDuration(ranMs)}
        </span>
      )}
      {job.queueKey !== queueKey && job.queueName !== '' && (
        <JobLine className="shrink-0 text-xs text-ink-3">{job.queueName}</JobLine>
      )}
      {job.state === 'failed' && job.failedReason !== null && (
        <JobLine className="min-w-0 basis-full truncate pb-1 pl-4 text-xs text-crit">{job.failedReason}</JobLine>
      )}
    </div>
  );
}

function StateDot({ state }: { state: FlowJob['state'] }) {
  return (
    <span
      aria-hidden
      className={cn('size-2 shrink-0 rounded-[2px]', state === null && 'border border-line-strong')}
      style={state === null ? undefined : { background: stateColor(state) }}
    />
  );
}

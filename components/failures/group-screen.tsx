'use client';
import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { BulkAction } from '@/lib/domain/action';
import type { Queue } from '@/lib/domain/queue';
import { ApiError, sentenceOf } from '../api/problem';
import { RANGES } from '../charts/range';
import { OperationDialog } from '../operations/operation-dialog';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { Empty } from '../ui/empty';
import { Segmented } from '../ui/segmented';
import { SkeletonRows } from '../ui/skeleton';
import { GroupChart } from './group-chart';
import { GroupHeader } from './group-header';
import { GroupNote } from './group-note';
import { GroupRetries } from './group-retries';
import { GroupSamples } from './group-samples';
import { NameSpread, QueueSpread, WorkerSpread } from './group-spread';
import { FAILURE_RANGES, useFailureParams } from './use-failure-params';
import { useFailure } from './use-failures';

const RANGE_OPTIONS = FAILURE_RANGES.map((name) => ({
  value: name,
  label: RANGES.find((each) => each.name === name)?.label ?? name,
}));

/** What is this kind of failure, whom does it hit, and what can be done? */
export function GroupScreen({ fingerprint }: { fingerprint: string }) {
  const { window, range, setParams } = useFailureParams();
  const { data, error, isPlaceholderData, refetch } = useFailure(fingerprint, window);
  const [operation, setOperation] = useState<{ queue: Queue; action: BulkAction } | null>(null);
  if (!data) return error ? <Missing error={error} onRetry={() => void refetch()} /> : <SkeletonRows count={12} />;
  const { group } = data;
  return (
    <div className="mx-auto flex max-w-[90rem] flex-col gap-3 p-3 md:p-4">
      <GroupHeader
        group={group}
        deployBefore={data.deployBefore}
        extra={
          <Segmented
            label="Range"
            value={window.kind === 'moving' ? range : null}
            options={RANGE_OPTIONS}
            onChange={(next) => void setParams({ range: next, from: null, to: null })}
          />
        }
      />
      {error && <p className="text-xs text-warn">The page stands still: {sentenceOf(error)}</p>}
      <GroupNote group={group} />
      <div className={cn(isPlaceholderData && 'stale')}>
        <GroupChart
          detail={data}
          onZoom={(from, to) => void setParams({ from: Math.round(from), to: Math.round(to) })}
        />
      </div>
      <QueueSpread group={group} onAct={(queue, action) => setOperation({ queue, action })} />
      <div className="grid gap-3 lg:grid-cols-2 lg:items-start">
        <GroupSamples samples={data.samples} group={group} />
        <div className="flex min-w-0 flex-col gap-3">
          <GroupRetries retries={data.retries} />
          <NameSpread group={group} />
          <WorkerSpread workers={data.workers} retainedAt={group.retainedAt} />
        </div>
      </div>
      {operation && (
        <OperationDialog
          queue={operation.queue}
          action={operation.action}
          target={{ by: 'query', state: 'failed', query: `group:${fingerprint}` }}
          onClose={() => setOperation(null)}
        />
      )}
    </div>
  );
}

function Missing({ error, onRetry }: { error: Error; onRetry(): void }) {
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <Empty
      icon={<SearchX size={28} strokeWidth={1.5} />}
      title={isGone ? 'There is no such kind of failure' : 'The failure cannot be read'}
    >
      <p className="mb-3">
        {isGone
          ? 'It may be too long since it was seen, its queue may be gone, or the address is not complete.'
          : sentenceOf(error)}
      </p>
      {isGone ? (
        <Button asChild>
          <Link href="/failures">To all failures</Link>
        </Button>
      ) : (
        <Button onClick={onRetry}>Try again</Button>
      )}
    </Empty>
  );
}

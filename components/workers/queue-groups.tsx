'use client';
import Link from 'next/link';
import { useMemo } from 'react';
import { queueLabel } from '@/lib/domain/queue-key';
import type { Queue } from '@/lib/domain/queue';
import type { SourceWorkers } from '@/lib/domain/worker';
import { queueHref } from '../format/hrefs';
import { formatCompact, formatCount, plural } from '../format/number';
import { KindChip } from '../overview/queue-row';
import { Chip } from '../ui/chip';
import { Empty } from '../ui/empty';
import { JobLine } from '../ui/job-text';
import { byQueue, matchesWorker, type QueueWorkers } from './group-workers';
import { WorkerTable } from './worker-table';

/** More at once are hard to read and slow to draw. */
const MOST_QUEUES = 200;

type Props = { queues: readonly Queue[]; sources: readonly SourceWorkers[]; filter: string };

/** Every queue with its workers; those for which nobody works come first. */
export function QueueGroups({ queues, sources, filter }: Props) {
  const groups = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    return byQueue(queues, sources).flatMap((group) => {
      if (queueLabel(group.queue.id).toLowerCase().includes(wanted)) return [group];
      const workers = group.workers?.filter((worker) => matchesWorker(worker, wanted)) ?? [];
      return workers.length > 0 ? [{ ...group, workers }] : [];
    });
  }, [queues, sources, filter]);
  const first = groups.find(({ workers }) => workers !== null && workers.length > 0);
  if (groups.length === 0)
    return (
      <div className="panel">
        <Empty title={filter === '' ? 'No queue is known yet' : 'Nothing matches the filter'} />
      </div>
    );
  return (
    <>
      <ul className="panel divide-y divide-line overflow-hidden">
        {groups.slice(0, MOST_QUEUES).map((group) => (
          <Group key={group.queue.key} group={group} isFirst={group === first} />
        ))}
      </ul>
      {groups.length > MOST_QUEUES && (
        <p className="text-xs text-ink-3">
          {MOST_QUEUES} of {formatCount(groups.length)} queues are shown: use the filter.
        </p>
      )}
    </>
  );
}

function Group({ group: { queue, workers, reason }, isFirst }: { group: QueueWorkers; isFirst: boolean }) {
  const hosts = new Set(workers?.map(({ host }) => host)).size;
  return (
    <li>
      <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1">
        <Link href={queueHref(queue.key)} className="link min-w-0 truncate font-medium">
          <JobLine>{queue.id.name}</JobLine>
        </Link>
        <KindChip queue={queue} />
        {workers === null && (
          <span className="text-xs text-ink-3" title={reason ?? undefined}>
            – unknown: {reason}
          </span>
        )}
        {workers?.length === 0 && <Absence queue={queue} />}
        {workers !== null && workers.length > 0 && (
          <span className="text-xs text-ink-3">
            {plural(workers.length, 'connection')} from {plural(hosts, 'host')}
          </span>
        )}
        <span className="ml-auto text-xs text-ink-3">
          {formatCompact(queue.backlog)} waiting · {formatCompact(queue.counts.active)} active
        </span>
      </div>
      {workers !== null && workers.length > 0 && <WorkerTable workers={workers} isHeadHidden={!isFirst} />}
    </li>
  );
}

/** That nobody works, and what that means for the jobs. */
function Absence({ queue: { backlog, counts } }: { queue: Queue }) {
  if ((backlog ?? 0) > 0) return <Chip tone="crit">no worker while {plural(backlog ?? 0, 'job')} wait</Chip>;
  if ((counts.active ?? 0) > 0)
    return <Chip tone="warn">no worker while {plural(counts.active ?? 0, 'job')} count as active</Chip>;
  return <Chip>no worker</Chip>;
}

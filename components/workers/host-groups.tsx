'use client';
import { useMemo } from 'react';
import type { SourceWorkers } from '@/lib/domain/worker';
import { plural } from '../format/number';
import { Empty } from '../ui/empty';
import { byHost, matchesWorker } from './group-workers';
import { WorkerTable } from './worker-table';

type Props = { sources: readonly SourceWorkers[]; filter: string };

/** Every host that workers connect from, with what they work for. */
export function HostGroups({ sources, filter }: Props) {
  const groups = useMemo(
    () =>
      byHost(sources).flatMap(({ host, workers }) => {
        const found = workers.filter((worker) => matchesWorker(worker, filter));
        return found.length > 0 ? [{ host, workers: found }] : [];
      }),
    [sources, filter],
  );
  if (groups.length === 0)
    return (
      <div className="panel">
        <Empty title={filter.trim() === '' ? 'No worker is connected' : 'Nothing matches the filter'}>
          {filter.trim() === '' && 'Where a broker does not list its connections, that is said above.'}
        </Empty>
      </div>
    );
  return (
    <ul className="panel divide-y divide-line overflow-hidden">
      {groups.map(({ host, workers }, index) => (
        <li key={host}>
          <p className="flex min-h-9 flex-wrap items-center gap-x-3 px-3">
            <span className="font-mono text-sm font-medium">{host}</span>
            <span className="text-xs text-ink-3">
              {plural(workers.length, 'connection')} for{' '}
              {plural(new Set(workers.map(({ queueKey }) => queueKey)).size, 'queue')}
            </span>
          </p>
          <WorkerTable workers={workers} withQueue isHeadHidden={index > 0} />
        </li>
      ))}
    </ul>
  );
}

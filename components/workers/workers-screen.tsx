'use client';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import type { SourceWorkers } from '@/lib/domain/worker';
import { sentenceOf } from '../api/problem';
import { formatCount, plural } from '../format/number';
import { useLive } from '../live/live-provider';
import { Ago } from '../shell/time';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { Page } from '../ui/page';
import { Segmented } from '../ui/segmented';
import { SkeletonRows } from '../ui/skeleton';
import { HostGroups } from './host-groups';
import { QueueGroups } from './queue-groups';
import { useWorkers } from './use-workers';

const VIEWS = ['queue', 'host'] as const;
const OPTIONS = [
  { value: 'queue', label: 'By queue' },
  { value: 'host', label: 'By host' },
] as const;

/** Who works for which queue, and where does nobody? */
export function WorkersScreen() {
  const queues = useLive((state) => state.queues);
  const { data, error, refetch } = useWorkers();
  const [{ by, filter }, setParams] = useQueryStates({
    by: parseAsStringLiteral(VIEWS).withDefault('queue'),
    filter: parseAsString.withDefault(''),
  });
  return (
    <Page title="Workers" lead="Connections by which workers take jobs, as the brokers list them.">
      <div className="flex flex-wrap items-center gap-2">
        <input
          data-filter=""
          type="search"
          aria-label="Filter by queue, address or name"
          placeholder="Queue, address, name"
          value={filter}
          onChange={({ target }) => void setParams({ filter: target.value || null })}
          className="h-7 w-52 rounded-md border border-line-strong bg-bg px-2 text-sm"
        />
        <Segmented label="Order" value={by} options={OPTIONS} onChange={(next) => void setParams({ by: next })} />
        {data && <Sources sources={data.sources} />}
      </div>
      {error && data && <p className="text-xs text-warn">The list stands still: {sentenceOf(error)}</p>}
      {error && !data && (
        <div className="panel">
          <Empty title="The workers cannot be read">
            <p className="mb-3">{sentenceOf(error)}</p>
            <Button onClick={() => void refetch()}>Try again</Button>
          </Empty>
        </div>
      )}
      {!data && !error && <SkeletonRows />}
      {data && by === 'queue' && <QueueGroups queues={queues} sources={data.sources} filter={filter} />}
      {data && by === 'host' && <HostGroups sources={data.sources} filter={filter} />}
    </Page>
  );
}

function Sources({ sources }: { sources: readonly SourceWorkers[] }) {
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-1 text-xs text-ink-3 sm:ml-auto">
      {sources.map(({ source, at, reason, total, workers }) => (
        <li key={source}>
          <span className="text-ink-2">{source}</span>{' '}
          {workers === null ? (
            <span className="text-warn">unknown: {reason ?? 'the broker does not tell'}</span>
          ) : (
            <>
              {plural(total ?? workers.length, 'connection')}
              {total !== null && total > workers.length && `, ${formatCount(workers.length)} of them listed`}
            </>
          )}{' '}
          · read <Ago at={at} />
        </li>
      ))}
    </ul>
  );
}

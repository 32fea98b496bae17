'use client';
import { capabilitiesOf } from '@/lib/domain/capabilities';
import type { Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { plural } from '../format/number';
import { useWorkers } from '../workers/use-workers';
import { WorkerTable } from '../workers/worker-table';
import { workersOf } from '../workers/group-workers';

/** Who works for this queue. */
export function QueueWorkers({ queue }: { queue: Queue }) {
  const { data, error } = useWorkers();
  const found = data && workersOf(queue, data.sources);
  const title = capabilitiesOf(queue.kind).holds === 'messages' ? 'Consumers' : 'Workers';
  return (
    <section id="workers" aria-label={title} className="panel min-w-0 overflow-hidden">
      <h2 className="flex h-9 items-center gap-2 border-b border-line px-3 text-sm">
        {title}
        {found?.workers && (
          <span className="text-xs font-normal text-ink-3">{plural(found.workers.length, 'connection')}</span>
        )}
      </h2>
      {found?.workers && found.workers.length > 0 ? (
        <WorkerTable workers={found.workers} />
      ) : (
        <p className="px-3 py-3 text-sm text-ink-2">
          {found?.workers
            ? `No ${title.toLowerCase().slice(0, -1)} is connected.`
            : found
              ? `– Unknown: ${found.reason ?? 'the broker does not tell'}`
              : error
                ? sentenceOf(error)
                : '…'}
        </p>
      )}
    </section>
  );
}

import { queueLabel } from '@/lib/domain/queue-key';
import type { Queue } from '@/lib/domain/queue';
import type { SourceWorkers, Worker } from '@/lib/domain/worker';

/** A queue and who works for it; `null`: cannot be known, for `reason`. */
export type QueueWorkers = { queue: Queue; workers: Worker[] | null; reason: string | null };
export type HostWorkers = { host: string; workers: Worker[] };

const NOT_READ = 'The list of its connections was not read yet.';
const NOT_NAMED = 'There are more workers than are listed one by one.';

/** Workers of one queue, by address. */
export function workersOf(queue: Queue, sources: readonly SourceWorkers[]): QueueWorkers {
  const listed = sources.find(({ source }) => source === queue.id.source);
  if (!listed?.workers) return { queue, workers: null, reason: listed?.reason ?? NOT_READ };
  const workers = listed.workers.filter(({ queueKey }) => queueKey === queue.key).sort(byAddress);
  // Beyond a bound workers are only counted: then none listed does not mean that there is none.
  const isCut = listed.total !== null && listed.total > listed.workers.length;
  return workers.length === 0 && isCut && queue.workers !== 0
    ? { queue, workers: null, reason: NOT_NAMED }
    : { queue, workers, reason: null };
}

/** All queues: first those where jobs wait for or belong to nobody, then others without workers, the unknown, and the rest by name. */
export function byQueue(queues: readonly Queue[], sources: readonly SourceWorkers[]): QueueWorkers[] {
  const labels = new Map(queues.map((queue) => [queue.key, queueLabel(queue.id)]));
  return queues
    .map((queue) => workersOf(queue, sources))
    .sort(
      (a, b) =>
        rankOf(a) - rankOf(b) || (labels.get(a.queue.key) ?? '').localeCompare(labels.get(b.queue.key) ?? '', 'en'),
    );
}

/** Hosts with all their workers, most connections first. */
export function byHost(sources: readonly SourceWorkers[]): HostWorkers[] {
  const hosts = new Map<string, Worker[]>();
  for (const { workers } of sources)
    for (const worker of workers ?? []) {
      const of = hosts.get(worker.host);
      if (of) of.push(worker);
      else hosts.set(worker.host, [worker]);
    }
  return [...hosts]
    .map(([host, workers]) => ({ host, workers: workers.sort(byAddress) }))
    .sort((a, b) => b.workers.length - a.workers.length || a.host.localeCompare(b.host, 'en'));
}

/** Whether a worker, its host or its queue is called like that. */
export function matchesWorker({ address, name, queue }: Worker, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return [address, name ?? '', queueLabel(queue)].some((each) => each.toLowerCase().includes(wanted));
}

function rankOf({ queue, workers }: QueueWorkers): number {
  if (workers === null) return 2;
  if (workers.length > 0) return 3;
  return (queue.backlog ?? 0) > 0 || (queue.counts.active ?? 0) > 0 ? 0 : 1;
}

const collator = new Intl.Collator('en', { numeric: true });

function byAddress(a: Worker, b: Worker): number {
  return collator.compare(a.address, b.address);
}

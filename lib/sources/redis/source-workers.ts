import { toQueueKey } from '../../domain/queue-key';
import type { SourceWorkers, Worker } from '../../domain/worker';
import type { WatchedQueues } from './watched';
import type { Workers } from './worker-list';

const FORBIDDEN = 'The broker does not allow CLIENT LIST, so it is not known who is connected.';

/** The listed connections with their queues; those of queues that are not found yet are counted only. `now`: ms. */
export function toSourceWorkers(
  source: string,
  listed: Workers | null,
  queues: WatchedQueues,
  now: number,
): SourceWorkers {
  if (!listed) return { source, at: now, reason: FORBIDDEN, total: null, workers: null };
  const workers: Worker[] = [];
  for (const { base, ageMs, address, ...rest } of listed.list) {
    const queue = queues.get(base)?.id;
    if (!queue) continue;
    workers.push({
      ...rest,
      queue,
      queueKey: toQueueKey(queue),
      address,
      host: hostOf(address),
      connectedAt: now - ageMs,
    });
  }
  return { source, at: now, reason: null, total: listed.list.length, workers };
}

/** An address without its port. */
export function hostOf(address: string): string {
  return address.slice(0, Math.max(0, address.lastIndexOf(':'))) || address;
}

import type { ArenaQueueConfig } from 'bull-arena';
import type { Queue } from '../domain/queue';
import type { Ticket } from './open-queue';

/** How a queue's place is called in Arena: its source, and its prefix unless that is the usual `bull`. */
export function hostIdOf({ id }: Pick<Queue, 'id'>): string {
  return id.namespace === 'bull' ? id.source : `${id.source} (${id.namespace === '' ? 'no prefix' : id.namespace})`;
}

/** Arena's list of queues. Only kinds that it knows. */
export function arenaQueues(
  queues: readonly Queue[],
  redisOf: (source: string) => ReturnType<Ticket['redis']>,
): ArenaQueueConfig[] {
  return queues
    .filter(({ kind }) => kind !== 'rabbitmq')
    .map((queue) => ({
      name: queue.id.name,
      hostId: hostIdOf(queue),
      type: queue.kind === 'bull' ? 'bull' : 'bullmq',
      redis: { queue, redis: () => redisOf(queue.id.source) } satisfies Ticket,
    }));
}

/** Equal for two lists that Arena would treat the same. */
export function listSignature(queues: readonly Queue[]): string {
  return queues.map(({ key, kind, version }) => `${key} ${kind} ${version ?? ''}`).join('\n');
}

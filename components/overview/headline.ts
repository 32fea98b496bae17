import type { Queue } from '@/lib/domain/queue';

/** One figure over all queues. `worst` names the queue that stands out, with its own value. */
export type Total = { value: number | null; worst: { queue: Queue; value: number } | null };

export type Headline = {
  backlog: Total;
  /** ms */
  oldest: Total;
  active: Total;
  completed: Total;
  failed: Total;
  stalled: Total;
  /** Queues whose last minute is not exact. */
  inexact: number;
};

/** The figures of the strip at the top. What no queue knows is `null`, not 0. */
export function headlineOf(queues: readonly Queue[]): Headline {
  const oldest = total(queues, (queue) => queue.oldestWaitingMs);
  return {
    backlog: total(queues, (queue) => queue.backlog),
    oldest: { ...oldest, value: oldest.worst?.value ?? null },
    active: total(queues, (queue) => queue.counts.active),
    completed: total(queues, (queue) => queue.lastMinute.completed),
    failed: total(queues, (queue) => queue.lastMinute.failed),
    stalled: total(queues, (queue) => queue.lastMinute.stalled),
    inexact: queues.filter((queue) => queue.lastMinute.quality !== 'exact').length,
  };
}

function total(queues: readonly Queue[], read: (queue: Queue) => number | null): Total {
  let value: number | null = null;
  let worst: Total['worst'] = null;
  for (const queue of queues) {
    const own = read(queue);
    if (own === null) continue;
    value = (value ?? 0) + own;
    if (own > (worst?.value ?? 0)) worst = { queue, value: own };
  }
  return { value, worst };
}

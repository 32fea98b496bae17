import type { Queue } from '@/lib/domain/queue';
import { queueLabel } from '@/lib/domain/queue-key';

/** Queues whose label or kind holds every word of `text`, in any order; all of them for an empty text. */
export function matchQueues(queues: readonly Queue[], text: string): readonly Queue[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return queues;
  return queues.filter((queue) => {
    const label = `${queueLabel(queue.id)} ${queue.kind}${queue.isPaused ? ' paused' : ''}`.toLowerCase();
    return words.every((word) => label.includes(word));
  });
}

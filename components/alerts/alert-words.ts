import { queueLabel } from '@/lib/domain/queue-key';
import type { QueueId } from '@/lib/domain/queue';

/** An alert's sentence without the queue's label at its front, for places that name the queue already. */
export function withoutLabel(sentence: string, id: QueueId): string {
  const label = `${queueLabel(id)}: `;
  if (!sentence.startsWith(label)) return sentence;
  const rest = sentence.slice(label.length);
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

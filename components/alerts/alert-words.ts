import { queueLabel } from '@/lib/domain/queue-key';
import type { QueueId } from '@/lib/domain/queue';

/** An alert's sentence without the queue's (or source's) label at its front, for places that name it already. */
export function withoutLabel(sentence: string, where: QueueId | string): string {
  const label = `${typeof where === 'string' ? where : queueLabel(where)}: `;
  if (!sentence.startsWith(label)) return sentence;
  const rest = sentence.slice(label.length);
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

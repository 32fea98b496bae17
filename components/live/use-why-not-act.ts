import type { Queue } from '@/lib/domain/queue';
import { useWhyNot } from '../shell/me';
import { useSourceIsDown } from './use-source-is-down';

/** Why nothing can be done to a queue's jobs now: the role, the queue, or its source; `null` when it can. */
export function useWhyNotAct(queue: Pick<Queue, 'id' | 'readOnlyReason'> | undefined): string | null {
  const roleReason = useWhyNot('operate');
  const source = queue?.id.source ?? '';
  const isDown = useSourceIsDown(source);
  return (
    roleReason ??
    queue?.readOnlyReason ??
    (isDown ? `The source “${source}” does not answer: nothing can be done to its queues until it does.` : null)
  );
}

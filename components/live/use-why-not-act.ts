import type { Queue } from '@/lib/domain/queue';
import { useWhyNotHere } from '../shell/me';
import { useSourceIsDown } from './use-source-is-down';

/**
 * Why a queue cannot be acted upon now: the role, the queue, or its source; `null` when it can. `action` as the audit log
 * calls it; without, whether the role may do anything there.
 */
export function useWhyNotAct(queue: Pick<Queue, 'id' | 'readOnlyReason'> | undefined, action?: string): string | null {
  const roleReason = useWhyNotHere(queue?.id, action);
  const source = queue?.id.source ?? '';
  const isDown = useSourceIsDown(source);
  return (
    roleReason ??
    queue?.readOnlyReason ??
    (isDown ? `The source “${source}” does not answer: nothing can be done to its queues until it does.` : null)
  );
}

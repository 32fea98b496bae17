'use client';
import { hasEnded, type Operation, type OperationWish } from '@/lib/domain/operation';
import { useWhyNotHere } from '../shell/me';
import { Button, type ButtonProps } from '../ui/button';
import { useOperationWish } from './use-operations';

const WORDS: Record<OperationWish, string> = { pause: 'Pause', resume: 'Resume', stop: 'Stop', undo: 'Undo' };

/** What can be done to an operation now. */
export function OperationButtons({ operation, size = 'md' }: { operation: Operation; size?: ButtonProps['size'] }) {
  const { mutate, isPending } = useOperationWish();
  const why = useWhyNotHere(operation.queue, operation.action);
  return (
    <>
      {wishesFor(operation).map((wish) => (
        <Button
          key={wish}
          size={size}
          variant={wish === 'stop' ? 'dangerGhost' : wish === 'undo' || wish === 'resume' ? 'primary' : 'plain'}
          blockedBecause={why}
          disabled={isPending || operation.wish !== null}
          onClick={() => mutate({ id: operation.id, wish })}
        >
          {WORDS[wish]}
        </Button>
      ))}
    </>
  );
}

function wishesFor(operation: Operation): OperationWish[] {
  if (hasEnded(operation)) return [];
  if (operation.canUndo) return ['undo'];
  return operation.state === 'paused' ? ['resume', 'stop'] : ['pause', 'stop'];
}

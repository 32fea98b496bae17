'use client';
import { useQueryClient } from '@tanstack/react-query';
import type { Queue } from '@/lib/domain/queue';
import { useLive } from '../live/live-provider';
import { useOpenOperation } from '../operations/use-open-operation';
import { useOperationWish } from '../operations/use-operations';
import { useWhyNotHere } from '../shell/me';
import { Clock } from '../shell/time';
import { Button } from '../ui/button';

type Props = { operationId: string; queue: Queue };

/** Says that a job is out of sight and on its way out, and brings it back. */
export function RemovalNote({ operationId, queue }: Props) {
  const client = useQueryClient();
  const operation = useLive(({ operations }) => operations.get(operationId));
  const [, openOperation] = useOpenOperation();
  const { mutate, isPending } = useOperationWish();
  const why = useWhyNotHere(queue.id, 'remove');
  const isLate = operation !== undefined && !operation.canUndo;
  return (
    <div role="status" className="flex flex-wrap items-center gap-2 bg-warn-soft px-4 py-2 text-sm">
      <p className="min-w-0 flex-1 basis-64">
        This job is being removed: lists leave it out, and it leaves the broker
        {operation?.dueAt ? (
          <>
            {' at '}
            <Clock at={operation.dueAt} />
          </>
        ) : (
          ' soon'
        )}
        .
      </p>
      <Button size="sm" variant="ghost" onClick={() => void openOperation(operationId)}>
        Show the removal
      </Button>
      <Button
        size="sm"
        variant="primary"
        blockedBecause={why ?? (isLate ? 'Its ten minutes are over: the jobs are being removed.' : null)}
        disabled={isPending}
        onClick={() =>
          mutate(
            { id: operationId, wish: 'undo' },
            { onSettled: () => void client.invalidateQueries({ queryKey: ['job', queue.key] }) },
          )
        }
      >
        Undo
      </Button>
    </div>
  );
}

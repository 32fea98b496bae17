'use client';
import type { Scheduler } from '@/lib/domain/scheduler';
import { visibleLine } from '../format/visible-text';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { useSchedulerActions } from './use-schedulers';

type Props = { scheduler: Scheduler; onCancel(): void; onRemoved(): void };

/** Asks before a scheduler goes, and says what goes with it. Mount it to open it. */
export function RemoveScheduler({ scheduler, onCancel, onRemoved }: Props) {
  const { remove } = useSchedulerActions();
  const { name, queue, words } = scheduler;
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onCancel()}
      title={`Remove the scheduler “${visibleLine(name)}” of “${visibleLine(queue.name)}”?`}
      description={`${words}: it will not run any more. Its next job goes with it; jobs that it has made stay, also the one that may be running. A program that sets it up when it starts brings it back.`}
      footer={
        <>
          <Button onClick={onCancel}>Keep it</Button>
          <Button
            variant="danger"
            autoFocus
            disabled={remove.isPending}
            onClick={() => remove.mutate(scheduler, { onSuccess: onRemoved, onError: onCancel })}
          >
            {remove.isPending ? 'Removing…' : 'Remove scheduler'}
          </Button>
        </>
      }
    />
  );
}

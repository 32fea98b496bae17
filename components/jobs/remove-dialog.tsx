'use client';
import type { JobState, Queue } from '@/lib/domain/queue';
import { plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';

type Props = { ids: readonly string[] | null; queue: Queue; state: JobState; onCancel(): void; onConfirm(): void };

/** Asks before jobs are deleted, naming how many and of which queue. */
export function RemoveDialog({ ids, queue, state, onCancel, onConfirm }: Props) {
  const count = ids?.length ?? 0;
  return (
    <Modal
      open={ids !== null}
      onOpenChange={(open) => !open && onCancel()}
      title={`Remove ${plural(count, `${state} job`)} of “${visibleLine(queue.id.name)}”?`}
      description="They are deleted from the broker with their data, logs and errors. This cannot be undone."
      footer={
        <>
          <Button onClick={onCancel}>Keep {count === 1 ? 'it' : 'them'}</Button>
          <Button variant="danger" onClick={onConfirm} autoFocus>
            Remove {plural(count, 'job')}
          </Button>
        </>
      }
    >
      <p className="max-h-24 overflow-y-auto font-mono text-xs text-ink-3 [overflow-wrap:anywhere]">
        {ids?.slice(0, 30).map(visibleLine).join(', ')}
        {count > 30 && ` and ${count - 30} more`}
      </p>
    </Modal>
  );
}

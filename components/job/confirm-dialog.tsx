'use client';
import type { JobAction } from '@/lib/domain/action';
import type { JobState, Queue } from '@/lib/domain/queue';
import { plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { ACTION_WORDS } from './allowed-actions';

/** An action that is asked about before it is done. */
export type Question = { action: JobAction; ids: readonly string[] };

type Props = {
  question: Question | null;
  queue: Queue;
  state: JobState;
  onCancel(): void;
  onConfirm(question: Question): void;
};

/** Asks before jobs are deleted or done a second time, naming how many and of which queue. */
export function ConfirmDialog({ question, queue, state, onCancel, onConfirm }: Props) {
  const ids = question?.ids ?? [];
  const count = ids.length;
  const action = question?.action ?? 'remove';
  const { verb } = ACTION_WORDS[action];
  return (
    <Modal
      open={question !== null}
      onOpenChange={(open) => !open && onCancel()}
      title={`${verb} ${plural(count, `${state} job`)} of “${visibleLine(queue.id.name)}”?`}
      description={describe(action, count)}
      footer={
        <>
          <Button onClick={onCancel}>{action === 'remove' ? `Keep ${count === 1 ? 'it' : 'them'}` : 'Cancel'}</Button>
          <Button
            variant={action === 'remove' ? 'danger' : 'primary'}
            onClick={() => question && onConfirm(question)}
            autoFocus
          >
            {verb} {plural(count, 'job')}
          </Button>
        </>
      }
    >
      <p className="max-h-24 overflow-y-auto font-mono text-xs text-ink-3 [overflow-wrap:anywhere]">
        {ids.slice(0, 30).map(visibleLine).join(', ')}
        {count > 30 && ` and ${count - 30} more`}
      </p>
    </Modal>
  );
}

function describe(action: JobAction, count: number): string {
  if (action === 'remove')
    return count === 1
      ? 'It is deleted from the broker with its data, log and errors. This cannot be undone.'
      : 'They are deleted from the broker with their data, logs and errors. This cannot be undone.';
  return `${count === 1 ? 'It has' : 'They have'} been done once already: whatever ${count === 1 ? 'it does' : 'they do'} happens again.`;
}

'use client';
import { isMove, type BulkAction } from '@/lib/domain/action';
import type { JobState, Queue } from '@/lib/domain/queue';
import { plural } from '../format/number';
import { ACTION_WORDS, bulkActionsFor, whyNotInState } from '../job/allowed-actions';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import type { Selection } from './selection';

type Props = {
  selection: Selection;
  state: JobState;
  queue: Pick<Queue, 'kind' | 'id'>;
  /** All that the list stands for: `all 8,431 failed jobs`, `all that match (14 found so far)`. */
  everything: string;
  /** Jobs on the page. */
  shown: number;
  why: string | null;
  isBusy: boolean;
  onAct(action: BulkAction): void;
  onChooseAll(): void;
  onChooseShown(): void;
  onCancel(): void;
};

/**
 * Stands in the place of the search while rows are selected. These rows, and all that the list stands for, look and read
 * differently, so that nobody takes the one for the other.
 */
export function ActionBar(props: Props) {
  const { selection, state, queue, everything, shown, why, isBusy, onAct, onChooseAll, onChooseShown, onCancel } =
    props;
  return (
    <div
      role="toolbar"
      aria-label="Selected jobs"
      className={cn(
        'flex min-h-11 flex-wrap items-center gap-2 rounded-t-lg px-3 py-1.5',
        selection.isAll ? 'bg-warn-soft' : 'bg-accent-soft',
      )}
    >
      {selection.isAll ? (
        <>
          <strong className="font-semibold first-letter:uppercase">{everything}</strong>
          <span className="text-xs text-ink-2 max-sm:hidden">· also those that are not shown</span>
          <Button size="sm" variant="ghost" onClick={onChooseShown}>
            Only the {plural(shown, 'job')} shown
          </Button>
        </>
      ) : (
        <>
          <strong className="font-semibold">{selection.ids.size} selected</strong>
          <span className="text-xs text-ink-2 max-sm:hidden">· updates pause while jobs are selected</span>
          <Button size="sm" variant="ghost" className="text-accent" onClick={onChooseAll}>
            Select {everything}
          </Button>
        </>
      )}
      <span className="ml-auto flex flex-wrap gap-2">
        {bulkActionsFor(state, queue).map((action) => (
          <Button
            key={action}
            variant={
              action === 'remove' ? 'dangerGhost' : action === 'retry' && state === 'failed' ? 'primary' : 'plain'
            }
            title={ACTION_WORDS[action].hint}
            blockedBecause={why ?? (isMove(action) ? null : whyNotInState(action, state, queue.kind))}
            disabled={isBusy}
            onClick={() => onAct(action)}
          >
            {ACTION_WORDS[action].verb}
            {selection.isAll && (isMove(action) ? ' all' : ' all …')}
          </Button>
        ))}
        <Button variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </span>
    </div>
  );
}

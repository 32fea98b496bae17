'use client';
import type { JobAction } from '@/lib/domain/action';
import type { JobState, QueueKind } from '@/lib/domain/queue';
import { Button } from '../ui/button';
import { ACTION_WORDS, actionsFor, whyNotInState } from '../job/allowed-actions';

type Props = {
  count: number;
  state: JobState;
  kind: QueueKind;
  why: string | null;
  isBusy: boolean;
  onAct(action: JobAction): void;
  onCancel(): void;
};

/** Stands in the place of the list's head while rows are selected. */
export function ActionBar({ count, state, kind, why, isBusy, onAct, onCancel }: Props) {
  return (
    <div
      role="toolbar"
      aria-label="Selected jobs"
      className="flex min-h-11 flex-wrap items-center gap-2 bg-accent-soft px-3 py-1.5"
    >
      <strong className="font-semibold">{count} selected</strong>
      <span className="text-xs text-ink-2 max-sm:hidden">· updates pause while jobs are selected</span>
      <span className="ml-auto flex flex-wrap gap-2">
        {actionsFor(state, kind).map((action) => (
          <Button
            key={action}
            variant={
              action === 'remove' ? 'dangerGhost' : action === 'retry' && state === 'failed' ? 'primary' : 'plain'
            }
            title={ACTION_WORDS[action].hint}
            blockedBecause={why ?? whyNotInState(action, state, kind)}
            disabled={isBusy}
            onClick={() => onAct(action)}
          >
            {ACTION_WORDS[action].verb}
          </Button>
        ))}
        <Button variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </span>
    </div>
  );
}

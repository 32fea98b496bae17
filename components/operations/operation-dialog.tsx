'use client';
import { useState } from 'react';
import { isMove, type BulkAction, type Move } from '@/lib/domain/action';
import { moveTargetOf } from '@/lib/domain/dead-letter';
import { DEFAULT_PACE } from '@/lib/domain/pace';
import { UNDO_MS, whyNoUndo, type CanaryPlan, type Operation, type OperationTarget } from '@/lib/domain/operation';
import type { Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { formatCount, plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { useWhyNotAct } from '../live/use-why-not-act';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { TextField } from '../ui/field';
import { SkeletonRows } from '../ui/skeleton';
import { CanaryChoice } from './canary-choice';
import { WORDS, whatIsMeant } from './operation-words';
import { PaceChoice } from './pace-choice';
import { PreviewBox } from './preview-box';
import { useStartOperation } from './use-operations';
import { usePreview } from './use-preview';

type Props = {
  queue: Queue;
  action: BulkAction;
  target: OperationTarget;
  onClose(): void;
  /** Called with what was started, before the dialog closes. */
  onStarted?(operation: Operation): void;
};

/** Shows what an action on many jobs would do, asks how, and starts it. Mount it to open it. */
export function OperationDialog({ queue, action, target, onClose, onStarted }: Props) {
  const { preview, isCounting, error } = usePreview(queue.key, action, target);
  const [pace, setPace] = useState<number | null>(DEFAULT_PACE);
  const [canary, setCanary] = useState<CanaryPlan | null>(null);
  const [wantsUndo, setWantsUndo] = useState(true);
  const [typed, setTyped] = useState('');
  const [to, setTo] = useState(isMove(action) ? (moveTargetOf(action, queue.id.name) ?? '') : '');
  const start = useStartOperation(queue.key);
  const why = useWhyNotAct(queue, action);
  const { verb } = WORDS[action];
  const count = preview?.matched ?? null;
  const noUndo = action === 'remove' ? whyNoUndoHere(target.state, count, preview?.undoRoom ?? null) : null;
  const hasUndo = action === 'remove' && noUndo === null && wantsUndo;
  const hasCanary = action !== 'remove' && action !== 'dead-letter';
  const mustType = action === 'remove' && !hasUndo;
  const blocked =
    why ??
    preview?.refusal ??
    (preview === null ? 'The jobs are still being looked for.' : null) ??
    (count === 0 && !isCounting ? 'No job is meant.' : null) ??
    (isMove(action) && to.trim() === '' ? 'Name the other queue first.' : null) ??
    (mustType && typed !== queue.id.name ? 'Type the name of the queue first.' : null);

  const run = () =>
    start.mutate(
      {
        action,
        target,
        ...(preview ? { until: preview.until } : {}),
        pace,
        canary: hasCanary ? canary : null,
        ...(isMove(action) ? { to: to.trim() } : {}),
        undo: hasUndo,
        ...(mustType ? { confirm: typed } : {}),
      },
      {
        onSuccess: (operation) => {
          onStarted?.(operation);
          onClose();
        },
      },
    );

  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      className="w-[min(38rem,calc(100vw-1.5rem))]"
      title={`${verb} ${visibleLine(whatIsMeant(target))}`}
      description={`of “${visibleLine(queue.id.name)}”`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant={action === 'remove' ? 'danger' : 'primary'}
            blockedBecause={blocked}
            disabled={start.isPending}
            onClick={run}
          >
            {start.isPending ? 'Starting…' : `${verb} ${buttonCount(count, isCounting)}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-1">
        {preview === null && error === null && <SkeletonRows count={4} />}
        {preview && <PreviewBox preview={preview} isCounting={isCounting} state={target.state} />}
        {error !== null && (
          <p role="alert" className="text-sm text-crit">
            The jobs cannot be counted. {sentenceOf(error)}
          </p>
        )}
        {preview?.refusal && <p className="text-sm text-crit">{preview.refusal}</p>}
        {action === 'retry' && target.by === 'query' && target.query.trim() === '' && (
          <p className="text-xs text-ink-2">
            All at once go by the library’s script for many jobs, which ignores priorities: jobs that have one wait in
            line like those that have none.
          </p>
        )}
        {!hasUndo && <PaceChoice pace={pace} count={count} onChange={setPace} />}
        {isMove(action) && <MoveChoice action={action} to={to} onChange={setTo} />}
        {hasCanary && <CanaryChoice canary={canary} onChange={setCanary} />}
        {action === 'remove' && noUndo === null && <UndoChoice wantsUndo={wantsUndo} onChange={setWantsUndo} />}
        {action === 'remove' && noUndo !== null && preview && (
          <p className="rounded-md bg-warn-soft px-3 py-2 text-sm">This cannot be undone. {noUndo}</p>
        )}
        {mustType && (
          <TextField
            label={`Type “${visibleLine(queue.id.name)}” to remove for good`}
            value={typed}
            autoFocus
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        {start.error && (
          <p role="alert" className="text-sm text-crit">
            Nothing was started. {sentenceOf(start.error)}
          </p>
        )}
      </div>
    </Modal>
  );
}

const MOVE_FIELD: Record<Move, { label: string; hint: string }> = {
  'dead-letter': {
    label: 'Queue for dead letters',
    hint: 'Each job is kept there with its data, options and error, and can be brought back. Its log lines are not. Jobs of flows stay where they are.',
  },
  'bring-back': {
    label: 'Back to the queue',
    hint: 'Jobs that came from it are added again with their name, data and options, to be run at once. Others stay here.',
  },
};

/** The other queue of a move, and what moving means. */
function MoveChoice({ action, to, onChange }: { action: Move; to: string; onChange(to: string): void }) {
  return (
    <TextField
      {...MOVE_FIELD[action]}
      value={to}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function UndoChoice({ wantsUndo, onChange }: { wantsUndo: boolean; onChange(wantsUndo: boolean): void }) {
  const minutes = UNDO_MS / 60_000;
  const choice = (value: boolean, title: string, meaning: string) => (
    <label className="flex items-start gap-2 text-sm">
      <input
        type="radio"
        name="undo"
        className="mt-1 accent-accent"
        checked={wantsUndo === value}
        onChange={() => onChange(value)}
      />
      <span>
        {title} <span className="block text-xs text-ink-3">{meaning}</span>
      </span>
    </label>
  );
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="sr-only">Undo</legend>
      {choice(
        true,
        `Can be undone for ${minutes} minutes`,
        'Out of sight at once. They stay in the broker, and leave it after that time.',
      )}
      {choice(false, 'Remove for good now', 'Deleted from the broker with their data, logs and errors.')}
    </fieldset>
  );
}

function whyNoUndoHere(state: string, count: number | null, room: number | null): string | null {
  const why = whyNoUndo(state);
  if (why !== null) return why;
  if (room === null || count === null || count <= room) return null;
  return `Only ${plural(room, 'more job')} of this queue can be kept for undoing.`;
}

function buttonCount(count: number | null, isCounting: boolean): string {
  if (count === null) return 'jobs';
  return isCounting ? `all that match (${formatCount(count)} so far)` : plural(count, 'job');
}

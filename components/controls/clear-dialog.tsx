'use client';
import { useState } from 'react';
import { clearingWords } from '@/lib/domain/clearing-words';
import type { Clearing } from '@/lib/domain/control';
import type { Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { formatCount, plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { useWhyNotActOnAll } from './use-why-not-act-on-all';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { TextField } from '../ui/field';
import { ClearFields, EMPTY_CLEAR, toClearing, type ClearFieldValues } from './clear-fields';
import { ClearProgress } from './clear-progress';
import { ClearWarnings } from './clear-warnings';
import { useClearing } from './use-clearing';
import { useClearingPreview } from './use-clearing-preview';

const VERB = { clean: 'Clean', drain: 'Drain', obliterate: 'Obliterate' } as const;

type Props = { queues: readonly Queue[]; what: Clearing['what']; onClose(): void };

/** Takes jobs out of queues for good: shows how many first, and asks for the name to be typed. Mount it to open it. */
export function ClearDialog({ queues, what, onClose }: Props) {
  const [fields, setFields] = useState<ClearFieldValues>(EMPTY_CLEAR);
  const [typed, setTyped] = useState('');
  const { cleared, isRunning, run, stop } = useClearing();
  const { clearing, error: wrong } = toClearing(what, fields);
  const preview = useClearingPreview(queues, cleared.length > 0 ? null : clearing);
  const why = useWhyNotActOnAll(queues, what);
  const [only] = queues.length === 1 ? queues : [];
  const mustType = only ? only.id.name : String(queues.length);
  const label = only ? `“${visibleLine(only.id.name)}”` : plural(queues.length, 'queue');
  const blocked =
    why ??
    wrong ??
    preview.data?.refusal ??
    (preview.data === undefined ? 'The jobs are still being counted.' : null) ??
    (preview.data?.count === 0 && what !== 'obliterate' ? 'No job is meant.' : null) ??
    (typed !== mustType ? `Type ${only ? 'the name of the queue' : 'the number of queues'} first.` : null);
  const hasBegun = cleared.length > 0;
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={`${VERB[what]} ${label}`}
      description={explain(what)}
      footer={
        hasBegun ? (
          isRunning ? (
            <Button variant="dangerGhost" onClick={stop}>
              Stop
            </Button>
          ) : (
            <Button variant="primary" autoFocus onClick={onClose}>
              Close
            </Button>
          )
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="danger" blockedBecause={blocked} onClick={() => clearing && void run(queues, clearing)}>
              {what === 'obliterate'
                ? `Obliterate ${label}`
                : `Remove ${preview.data ? `${preview.data.isAtMost ? 'up to ' : ''}${plural(preview.data.count, 'job')}` : 'jobs'}`}
            </Button>
          </>
        )
      }
    >
      {hasBegun ? (
        <ClearProgress cleared={cleared} queues={queues.length} isRunning={isRunning} />
      ) : (
        <div className="flex flex-col gap-3">
          <ClearFields what={what} queues={queues} values={fields} onChange={setFields} error={wrong} />
          <section
            aria-label="What is meant"
            aria-live="polite"
            className="rounded-md border border-line bg-sunken/50 p-3"
          >
            {preview.error ? (
              <p className="text-sm text-crit">{sentenceOf(preview.error)}</p>
            ) : (
              <>
                <p className="flex flex-wrap items-baseline gap-x-2">
                  <strong className="text-lg font-semibold">
                    {preview.data?.isAtMost && 'at most '}
                    {preview.data ? formatCount(preview.data.count) : '…'}
                  </strong>
                  <span className="text-ink-2">{clearing ? clearingWords(clearing) : 'jobs'}</span>
                </p>
                {preview.data && <ClearWarnings what={what} preview={preview.data} queues={queues} />}
              </>
            )}
          </section>
          <TextField
            label={
              only
                ? `This cannot be undone. Type ${visibleLine(only.id.name)} to go on`
                : `This cannot be undone. Type ${queues.length}, the number of queues, to go on`
            }
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        </div>
      )}
    </Modal>
  );
}

function explain(what: Clearing['what']): string {
  if (what === 'clean')
    return 'Deletes jobs of one state from a certain age on, with their data, logs and errors. Jobs that come meanwhile stay.';
  if (what === 'drain')
    return 'Deletes the jobs that wait, with their data. Jobs being worked on, and finished ones, stay; so does the queue.';
  return 'Pauses the queue and deletes it with everything it holds: all jobs, schedulers, events and counters. Producers that are still running create it anew.';
}

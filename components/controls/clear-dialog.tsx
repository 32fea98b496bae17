'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { clearingWords } from '@/lib/domain/clearing-words';
import type { Clearing } from '@/lib/domain/control';
import { DEFAULT_PACE } from '@/lib/domain/pace';
import type { Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { formatCount, plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { PaceChoice } from '../operations/pace-choice';
import { useOpenOperation } from '../operations/use-open-operation';
import { useWhyNotActOnAll } from './use-why-not-act-on-all';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { TextField } from '../ui/field';
import { JobLine } from '../ui/job-text';
import { ClearFields, EMPTY_CLEAR, toClearing, type ClearFieldValues } from './clear-fields';
import { ClearWarnings } from './clear-warnings';
import { useClearingPreview } from './use-clearing-preview';
import { useStartClearings } from './use-start-clearings';

const VERB = { clean: 'Clean', drain: 'Drain', obliterate: 'Obliterate' } as const;

type Props = { queues: readonly Queue[]; what: Clearing['what']; onClose(): void };

/**
 * Takes jobs out of queues for good: shows how many first, asks for the name to be typed, and hands over to operations,
 * which go on without this screen. Mount it to open it.
 */
export function ClearDialog({ queues, what, onClose }: Props) {
  const [fields, setFields] = useState<ClearFieldValues>(EMPTY_CLEAR);
  const [typed, setTyped] = useState('');
  const [pace, setPace] = useState<number | null>(DEFAULT_PACE);
  const start = useStartClearings();
  const router = useRouter();
  const [, openOperation] = useOpenOperation();
  const { clearing, error: wrong } = toClearing(what, fields);
  const preview = useClearingPreview(queues, start.data ? null : clearing);
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
  const refused = start.data?.results.filter(({ operation }) => operation === null) ?? [];
  const run = (meant: Clearing) =>
    start.mutate(
      { clearing: meant, queues: queues.map(({ key }) => key), pace, confirm: typed },
      {
        onSuccess: ({ results }) => {
          const [first] = results;
          if (results.some(({ operation }) => operation === null)) return;
          onClose();
          if (results.length > 1) router.push('/operations');
          else if (first?.operation) void openOperation(first.operation.id);
        },
      },
    );
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      className="w-[min(38rem,calc(100vw-1.5rem))]"
      title={`${VERB[what]} ${label}`}
      description={explain(what)}
      footer={
        start.data ? (
          <Button variant="primary" autoFocus onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              variant="danger"
              blockedBecause={blocked}
              disabled={start.isPending}
              onClick={() => clearing && run(clearing)}
            >
              {what === 'obliterate'
                ? `Obliterate ${label}`
                : `Remove ${preview.data ? `${preview.data.isAtMost ? 'up to ' : ''}${plural(preview.data.count, 'job')}` : 'jobs'}`}
            </Button>
          </>
        )
      }
    >
      {start.data ? (
        <Refused results={refused} queues={queues} />
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
          <PaceChoice pace={pace} count={preview.data?.count ?? null} onChange={setPace} />
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
          {start.error && (
            <p role="alert" className="text-sm text-crit">
              Nothing was started. {sentenceOf(start.error)}
            </p>
          )}
        </div>
      )}
    </Modal>
  );
}

type RefusedProps = { results: readonly { queue: string; detail?: string | undefined }[]; queues: readonly Queue[] };

/** Which queues are not being cleared, and why; the others are under way. */
function Refused({ results, queues }: RefusedProps) {
  return (
    <div role="alert" className="pb-2 text-sm">
      <p className="font-medium text-crit">
        {plural(results.length, 'queue')} of {queues.length} not cleared; the others are under way.
      </p>
      <ul className="mt-1 max-h-60 divide-y divide-line overflow-y-auto">
        {results.map(({ queue, detail }) => (
          <li key={queue} className="py-1.5">
            <JobLine className="font-medium">{queues.find(({ key }) => key === queue)?.id.name ?? 'A queue'}</JobLine>
            <span className="block text-xs text-ink-2">{detail}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function explain(what: Clearing['what']): string {
  if (what === 'clean')
    return 'Deletes jobs of one state from a certain age on, with their data, logs and errors. Jobs that come meanwhile stay.';
  if (what === 'drain')
    return 'Deletes the jobs that wait, with their data. Jobs being worked on, and finished ones, stay; so does the queue.';
  return 'Pauses the queue and deletes it with everything it holds: all jobs, schedulers, events and counters. Producers that are still running create it anew.';
}

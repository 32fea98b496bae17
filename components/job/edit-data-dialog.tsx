'use client';
import { useState } from 'react';
import { whatNewDataMeans, whyNotRetryWithData } from '@/lib/domain/edit';
import type { Job } from '@/lib/domain/job';
import type { Queue } from '@/lib/domain/queue';
import { ApiError, sentenceOf } from '../api/problem';
import { visibleLine } from '../format/visible-text';
import { checkJson } from '../json/check-json';
import { JsonEditor } from '../json/json-editor';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { JobBlock } from '../ui/job-text';
import { prettyJson } from './pretty-json';
import { useJobEdit } from './use-job-edit';
import { useStoredData, type StoredData } from './use-stored-data';

type Props = { queue: Queue; job: Job; isFirstRetry: boolean; onClose(): void };

/** Other data for a job, and with it a retry. What somebody else has written meanwhile is shown, not overwritten. */
export function EditDataDialog({ queue, job, isFirstRetry, onClose }: Props) {
  const stored = useStoredData(queue.key, job);
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={`${isFirstRetry ? 'Edit and retry' : 'Edit the data of'} job ${visibleLine(job.id)}`}
      description={whatNewDataMeans(job.state)}
      className="w-[min(48rem,calc(100vw-1.5rem))] max-sm:top-[3vh] max-sm:max-h-[94vh]"
    >
      {stored.data ? (
        <Form
          queue={queue}
          job={job}
          stored={stored.data}
          isFirstRetry={isFirstRetry}
          onClose={onClose}
          reload={stored.reload}
        />
      ) : (
        <p className="pb-3 text-sm text-ink-2">
          {stored.error ? `The data cannot be edited here: ${stored.error}` : 'Reading the data…'}
        </p>
      )}
    </Modal>
  );
}

type FormProps = Props & { stored: StoredData; reload(): Promise<StoredData | null> };

function Form({ queue, job, stored, isFirstRetry, onClose, reload }: FormProps) {
  const [text, setText] = useState(() => prettyJson(stored.text).text);
  const [hash, setHash] = useState(stored.hash);
  const [theirs, setTheirs] = useState<StoredData | null>(null);
  const { mutate, isPending, error } = useJobEdit(queue.key, job.id, onClose);
  const checked = checkJson(text);
  const whyNoRetry = whyNotRetryWithData(queue.kind, job.state);
  const isConflict = error instanceof ApiError && error.code === 'conflict';
  const fault = checked.fault ? 'The data is not valid JSON.' : null;
  const send = (thenRetry: boolean, ifHash = hash) => {
    if (checked.fault) return;
    setTheirs(null);
    mutate(
      { edit: 'data', data: checked.value, ifHash, thenRetry },
      {
        onError: (problem) => {
          if (problem instanceof ApiError && problem.code === 'conflict') void reload().then(setTheirs);
        },
      },
    );
  };
  return (
    <div className="flex flex-col gap-3 pb-3">
      <JsonEditor label="Data, as JSON" value={text} onChange={setText} />
      {error && !isConflict && (
        <p role="alert" className="rounded-md bg-crit-soft px-3 py-2 text-sm text-crit">
          {sentenceOf(error)}
        </p>
      )}
      {isConflict && (
        <div role="alert" className="rounded-md border border-warn px-3 py-2 text-sm">
          <p className="font-medium">Somebody else changed the data after you opened it. Nothing was written.</p>
          {theirs ? (
            <>
              <p className="label mt-2 mb-1">In the broker now</p>
              <JobBlock className="max-h-40 overflow-y-auto rounded-md bg-sunken px-3 py-2">
                {prettyJson(theirs.text).text}
              </JobBlock>
              <div className="mt-2 flex flex-wrap gap-2">
                <Button
                  size="sm"
                  onClick={() => {
                    setText(prettyJson(theirs.text).text);
                    setHash(theirs.hash);
                    setTheirs(null);
                  }}
                >
                  Go on with theirs
                </Button>
                <Button
                  size="sm"
                  variant="dangerGhost"
                  onClick={() => {
                    setHash(theirs.hash);
                    send(isFirstRetry, theirs.hash);
                  }}
                >
                  Overwrite it with mine
                </Button>
              </div>
            </>
          ) : (
            <p className="text-ink-2">Reading what it is now…</p>
          )}
        </div>
      )}
      <p className="text-xs text-ink-3">
        The data is written first, the retry follows. Should the retry be refused, the new data stays.
      </p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant={isFirstRetry ? 'plain' : 'primary'}
          blockedBecause={fault}
          disabled={isPending}
          onClick={() => send(false)}
        >
          Write the data
        </Button>
        <Button
          variant={isFirstRetry ? 'primary' : 'plain'}
          blockedBecause={fault ?? whyNoRetry}
          disabled={isPending}
          onClick={() => send(true)}
        >
          Write and retry
        </Button>
      </div>
    </div>
  );
}

'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useState, type FormEvent } from 'react';
import { toast } from 'sonner';
import { addJobResultSchema, type AddJobBody } from '@/lib/domain/action';
import type { Job } from '@/lib/domain/job';
import type { Queue } from '@/lib/domain/queue';
import { apiPost } from '../api/client';
import { ApiError, sentenceOf } from '../api/problem';
import { jobsHref } from '../format/hrefs';
import { randomId } from '../format/random-id';
import { visibleLine } from '../format/visible-text';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { CheckBox } from '../ui/checkbox';
import { SelectField, TextField } from '../ui/field';
import { JsonEditor } from '../json/json-editor';
import {
  EMPTY_FIELDS,
  fieldOf,
  fieldsLike,
  toAddJobBody,
  type AddJobFields,
  type FieldErrors,
  type KeepMode,
} from './add-job-body';
import { prettyJson } from './pretty-json';
import { useStoredData } from './use-stored-data';

type Props = {
  queue: Queue;
  open: boolean;
  onOpenChange(open: boolean): void;
  /** A job whose name, data and options the fields begin with. */
  like?: Job;
};

/** A new job, checked here before it is sent, and sent once however often the button is pressed. */
export function AddJobDialog({ queue, open, onOpenChange, like }: Props) {
  return (
    <Modal
      open={open}
      onOpenChange={onOpenChange}
      title={like ? `Add a job like ${visibleLine(like.id)}` : `Add a job to “${visibleLine(queue.id.name)}”`}
      description={queue.isPaused ? 'The queue is paused: the job waits until it is resumed.' : undefined}
      className="w-[min(46rem,calc(100vw-1.5rem))] max-sm:top-[4vh] max-sm:max-h-[92vh]"
    >
      {like ? (
        <FormLike queue={queue} job={like} onDone={() => onOpenChange(false)} />
      ) : (
        <Form queue={queue} initial={EMPTY_FIELDS} onDone={() => onOpenChange(false)} />
      )}
    </Modal>
  );
}

function FormLike({ queue, job, onDone }: { queue: Queue; job: Job; onDone(): void }) {
  const stored = useStoredData(queue.key, job);
  if (!stored.data)
    return (
      <p className="pb-3 text-sm text-ink-2">
        {stored.error ? `The job cannot be copied here: ${stored.error}` : 'Reading the data…'}
      </p>
    );
  const data = prettyJson(stored.data.text).text;
  return <Form queue={queue} initial={fieldsLike(job.name, data, job.options?.text ?? null)} onDone={onDone} />;
}

type FormProps = { queue: Queue; initial: AddJobFields; onDone(): void };

function Form({ queue, initial, onDone }: FormProps) {
  const client = useQueryClient();
  const [fields, setFields] = useState(initial);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [key] = useState(randomId);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: AddJobBody) =>
      apiPost(`/queues/${queue.key}/jobs`, body, addJobResultSchema, { headers: { 'idempotency-key': key } }),
    onSuccess: ({ jobId, status }) => {
      const link = (
        <Link href={jobsHref(queue.key, { state: 'waiting', job: jobId })} className="underline">
          Show job {visibleLine(jobId)}
        </Link>
      );
      if (status === 'queued') toast.success('Job added', { description: link });
      else toast.warning('A job with this id exists already; nothing was added', { description: link });
      void client.invalidateQueries({ queryKey: ['jobs', queue.key] });
      onDone();
    },
    onError: (problem) => {
      if (!(problem instanceof ApiError)) return;
      setErrors(
        Object.fromEntries(
          problem.invalidParams.map(({ path, message }) => [fieldOf(path.replace(/^body\.?/, '').split('.')), message]),
        ),
      );
    },
  });
  const bind = (name: Exclude<keyof AddJobFields, 'backoffType' | 'isFirst' | 'completedMode' | 'failedMode'>) => ({
    name,
    value: fields[name],
    error: errors[name],
    onChange: (event: { target: { value: string } }) => setFields({ ...fields, [name]: event.target.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { body, errors: found } = toAddJobBody(fields);
    setErrors(found ?? {});
    if (body) mutate(body);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 pb-3" noValidate>
      <TextField
        label="Name"
        placeholder={queue.kind === 'bull' ? '__default__' : 'needed by BullMQ'}
        autoComplete="off"
        {...bind('name')}
      />
      <JsonEditor
        label="Data, as JSON"
        value={fields.data}
        error={errors.data}
        onChange={(data) => setFields({ ...fields, data })}
      />
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        <TextField
          label="Id"
          placeholder="given by the queue"
          autoComplete="off"
          hint="an id that exists adds nothing"
          {...bind('jobId')}
        />
        <TextField
          label="Priority"
          placeholder="none"
          inputMode="numeric"
          hint="1 is the most urgent"
          {...bind('priority')}
        />
        <TextField label="Attempts" placeholder="1" inputMode="numeric" {...bind('attempts')} />
        <TextField label="Delay, seconds" placeholder="0" inputMode="decimal" {...bind('delaySeconds')} />
        <TextField label="or run at (your time zone)" type="datetime-local" step={1} {...bind('runAt')} />
        <div className="flex gap-2">
          <SelectField
            label="Backoff"
            className="flex-1"
            value={fields.backoffType}
            onChange={(event) =>
              setFields({ ...fields, backoffType: event.target.value as AddJobFields['backoffType'] })
            }
          >
            <option value="none">none</option>
            <option value="fixed">fixed</option>
            <option value="exponential">exponential</option>
          </SelectField>
          {fields.backoffType !== 'none' && (
            <TextField label="seconds" className="w-16" inputMode="decimal" {...bind('backoffSeconds')} />
          )}
        </div>
      </div>
      <div className="flex flex-wrap items-end gap-3">
        <Keep
          label="Once completed"
          mode={fields.completedMode}
          onMode={(completedMode) => setFields({ ...fields, completedMode })}
          {...bind('completedAmount')}
        />
        <Keep
          label="Once failed"
          mode={fields.failedMode}
          onMode={(failedMode) => setFields({ ...fields, failedMode })}
          {...bind('failedAmount')}
        />
        <span className="flex h-8 items-center gap-2 text-sm">
          <CheckBox
            checked={fields.isFirst}
            label="Before all that wait"
            onToggle={() => setFields({ ...fields, isFirst: !fields.isFirst })}
          />
          <span aria-hidden>before all that wait</span>
        </span>
      </div>
      {error && (
        <p role="alert" className="rounded-md bg-crit-soft px-3 py-2 text-sm text-crit">
          {sentenceOf(error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" disabled={isPending}>
          {isPending ? 'Adding…' : 'Add job'}
        </Button>
      </div>
    </form>
  );
}

const KEEP_WORDS: Record<KeepMode, string> = {
  default: 'as the queue’s default',
  all: 'keep it',
  none: 'remove it',
  count: 'keep the newest …',
  hours: 'keep it for … hours',
};

type KeepProps = {
  label: string;
  mode: KeepMode;
  onMode(mode: KeepMode): void;
  name: string;
  value: string;
  error: string | undefined;
  onChange(event: { target: { value: string } }): void;
};

function Keep({ label, mode, onMode, ...amount }: KeepProps) {
  return (
    <div className="flex items-end gap-2">
      <SelectField label={label} value={mode} onChange={(event) => onMode(event.target.value as KeepMode)}>
        {Object.entries(KEEP_WORDS).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </SelectField>
      {(mode === 'count' || mode === 'hours') && (
        <TextField label={mode === 'count' ? 'jobs' : 'hours'} className="w-20" inputMode="decimal" {...amount} />
      )}
    </div>
  );
}

'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CalendarPlus } from 'lucide-react';
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
import { SchedulerDialog } from '../schedulers/scheduler-dialog';
import type { SchedulerFields } from '../schedulers/scheduler-body';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { CheckBox } from '../ui/checkbox';
import { SelectField, TextField } from '../ui/field';
import { JsonEditor } from '../json/json-editor';
import {
  EMPTY_FIELDS,
  fieldOf,
  fieldsLike,
  scheduledLike,
  toAddJobBody,
  type AddJobFields,
  type FieldErrors,
} from './add-job-body';
import { KeepChoice } from './keep-choice';
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
  const [scheduled, setScheduled] = useState<Partial<SchedulerFields> | null>(null);
  const close = () => onOpenChange(false);
  if (open && scheduled)
    return (
      <SchedulerDialog
        queue={queue}
        initial={scheduled}
        onClose={() => {
          setScheduled(null);
          close();
        }}
      />
    );
  return (
    <Modal
      open={open}
      onOpenChange={onOpenChange}
      title={like ? `Add a job like ${visibleLine(like.id)}` : `Add a job to “${visibleLine(queue.id.name)}”`}
      description={queue.isPaused ? 'The queue is paused: the job waits until it is resumed.' : undefined}
      className="w-[min(46rem,calc(100vw-1.5rem))] max-sm:top-[4vh] max-sm:max-h-[92vh]"
    >
      {like ? (
        <FormLike queue={queue} job={like} onDone={close} onSchedule={setScheduled} />
      ) : (
        <Form queue={queue} initial={EMPTY_FIELDS} onDone={close} onSchedule={setScheduled} />
      )}
    </Modal>
  );
}

function FormLike({ job, ...form }: { job: Job } & Omit<FormProps, 'initial'>) {
  const { queue } = form;
  const stored = useStoredData(queue.key, job);
  if (!stored.data)
    return (
      <p className="pb-3 text-sm text-ink-2">
        {stored.error ? `The job cannot be copied here: ${stored.error}` : 'Reading the data…'}
      </p>
    );
  const data = prettyJson(stored.data.text).text;
  return <Form {...form} initial={fieldsLike(job.name, data, job.options?.text ?? null)} />;
}

type FormProps = {
  queue: Queue;
  initial: AddJobFields;
  onDone(): void;
  /** Goes on as a scheduler, with what was typed. */
  onSchedule(fields: Partial<SchedulerFields>): void;
};

function Form({ queue, initial, onDone, onSchedule }: FormProps) {
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
        <KeepChoice
          label="Once completed"
          mode={fields.completedMode}
          onMode={(completedMode) => setFields({ ...fields, completedMode })}
          count={bind('completedAmount')}
          hours={bind('completedHours')}
        />
        <KeepChoice
          label="Once failed"
          mode={fields.failedMode}
          onMode={(failedMode) => setFields({ ...fields, failedMode })}
          count={bind('failedAmount')}
          hours={bind('failedHours')}
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
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="ghost" className="mr-auto" onClick={() => onSchedule(scheduledLike(fields))}>
          <CalendarPlus size={14} aria-hidden /> Run it by the clock…
        </Button>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" disabled={isPending}>
          {isPending ? 'Adding…' : 'Add job'}
        </Button>
      </div>
    </form>
  );
}

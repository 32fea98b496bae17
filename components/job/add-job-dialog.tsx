'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useState, type FormEvent } from 'react';
import { toast } from 'sonner';
import { addJobResultSchema, type AddJobBody } from '@/lib/domain/action';
import type { Queue } from '@/lib/domain/queue';
import { apiPost } from '../api/client';
import { ApiError, sentenceOf } from '../api/problem';
import { jobsHref } from '../format/hrefs';
import { randomId } from '../format/random-id';
import { visibleLine } from '../format/visible-text';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { SelectField, TextArea, TextField } from '../ui/field';
import { EMPTY_FIELDS, fieldOf, toAddJobBody, type AddJobFields, type FieldErrors } from './add-job-body';

type Props = { queue: Queue; open: boolean; onOpenChange(open: boolean): void };

/** A new job, checked here before it is sent, and sent once however often the button is pressed. */
export function AddJobDialog({ queue, open, onOpenChange }: Props) {
  return (
    <Modal
      open={open}
      onOpenChange={onOpenChange}
      title={`Add a job to “${visibleLine(queue.id.name)}”`}
      description={queue.isPaused ? 'The queue is paused: the job waits until it is resumed.' : undefined}
      className="w-[min(38rem,calc(100vw-1.5rem))] max-sm:top-[4vh] max-sm:max-h-[92vh]"
    >
      <Form queue={queue} onDone={() => onOpenChange(false)} />
    </Modal>
  );
}

function Form({ queue, onDone }: { queue: Queue; onDone(): void }) {
  const client = useQueryClient();
  const [fields, setFields] = useState(EMPTY_FIELDS);
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
  const bind = (name: Exclude<keyof AddJobFields, 'backoffType'>) => ({
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
      <TextArea label="Data, as JSON" rows={7} {...bind('data')} />
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

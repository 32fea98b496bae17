'use client';
import { useState, type FormEvent, type ReactNode } from 'react';
import { MAX_PRIORITY, type JobEdit } from '@/lib/domain/edit';
import type { Job } from '@/lib/domain/job';
import type { Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { formatCount } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { useNow } from '../live/use-now';
import { Clock } from '../shell/time';
import { Button } from '../ui/button';
import { CheckBox } from '../ui/checkbox';
import { Modal } from '../ui/dialog';
import { TextField } from '../ui/field';
import { useJobEdit } from './use-job-edit';

type Props = { queue: Queue; job: Job; onClose(): void };

/** Another priority for a job that waits. */
export function PriorityDialog({ queue, job, onClose }: Props) {
  const [text, setText] = useState(String(job.priority ?? 0));
  const [isFirst, setFirst] = useState(false);
  const value = Number(text);
  const fault =
    text.trim() === '' || !Number.isInteger(value) || value < 0 || value > MAX_PRIORITY
      ? `A whole number from 0 to ${formatCount(MAX_PRIORITY)}`
      : null;
  return (
    <EditForm
      {...{ queue, job, onClose, fault }}
      title="Change the priority of"
      description="1 is the most urgent; 0 is none, which goes before all others."
      toEdit={() => ({ edit: 'priority', priority: value, lifo: isFirst })}
    >
      <TextField
        label="Priority"
        inputMode="numeric"
        autoFocus
        value={text}
        error={fault ?? undefined}
        onChange={(event) => setText(event.target.value)}
      />
      <span className="flex items-center gap-2 text-sm">
        <CheckBox
          checked={isFirst}
          onToggle={() => setFirst(!isFirst)}
          label="Before the others of this priority, not behind them"
        />
        <span aria-hidden>before the others of this priority, not behind them</span>
      </span>
    </EditForm>
  );
}

/** Another time for a delayed job. */
export function DelayDialog({ queue, job, onClose }: Props) {
  const now = useNow();
  const [seconds, setSeconds] = useState('');
  const [at, setAt] = useState('');
  const delay = at === '' ? Math.round(Number(seconds) * 1000) : new Date(at).getTime() - now;
  const fault =
    (at === '' && seconds.trim() === '') || !Number.isFinite(delay) || delay < 0
      ? at === ''
        ? 'Seconds from now, zero or more'
        : 'A time to come'
      : null;
  return (
    <EditForm
      {...{ queue, job, onClose, fault }}
      title="Change the delay of"
      description={
        <>
          It is due <Clock at={job.delayUntil} />.
        </>
      }
      toEdit={() => ({ edit: 'delay', delay: Math.max(0, Math.round(delay)) })}
    >
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label="Seconds from now"
          inputMode="decimal"
          autoFocus
          value={seconds}
          onChange={(event) => {
            setSeconds(event.target.value);
            setAt('');
          }}
        />
        <TextField
          label="or at (your time zone)"
          type="datetime-local"
          step={1}
          value={at}
          onChange={(event) => setAt(event.target.value)}
        />
      </div>
    </EditForm>
  );
}

type FormProps = Props & {
  title: string;
  description: ReactNode;
  fault: string | null;
  toEdit(): JobEdit;
  children: ReactNode;
};

function EditForm({ queue, job, onClose, title, description, fault, toEdit, children }: FormProps) {
  const { mutate, isPending, error } = useJobEdit(queue.key, job.id, onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fault === null) mutate(toEdit());
  };
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={`${title} job ${visibleLine(job.id)}`}
      description={description}
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-3 pb-3">
        {children}
        {error && (
          <p role="alert" className="rounded-md bg-crit-soft px-3 py-2 text-sm text-crit">
            {sentenceOf(error)}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" blockedBecause={fault} disabled={isPending}>
            {isPending ? 'Changing…' : 'Change'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

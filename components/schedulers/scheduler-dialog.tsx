'use client';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState, type FormEvent } from 'react';
import { toast } from 'sonner';
import { z } from 'zod';
import type { Queue } from '@/lib/domain/queue';
import type { SchedulerBody, SchedulerDetail } from '@/lib/domain/scheduler';
import { apiPost, apiSend } from '../api/client';
import { ApiError, sentenceOf } from '../api/problem';
import { visibleLine } from '../format/visible-text';
import { useWhyNotAct } from '../live/use-why-not-act';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { TextArea, TextField } from '../ui/field';
import { ScheduleFields, type Bind } from './schedule-fields';
import { SchedulePreview } from './schedule-preview';
import {
  EMPTY_SCHEDULER,
  fieldOf,
  toFields,
  toSchedulerBody,
  type FieldErrors,
  type SchedulerFields,
} from './scheduler-body';
import { useRefresh } from './use-schedulers';

type Props = {
  queue: Queue;
  /** The one to be changed; a new one when absent. */
  scheduler?: SchedulerDetail;
  /** What a new one begins with. */
  initial?: Partial<SchedulerFields>;
  onClose(): void;
  /** Bull's has another id after an edit. */
  onSaved?(id: string): void;
};

/** Adds a scheduler or changes one, with its next runs in sight while one types. Mount it to open it. */
export function SchedulerDialog({ queue, scheduler, initial, onClose, onSaved }: Props) {
  const name = visibleLine(queue.id.name);
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={scheduler ? `Edit “${visibleLine(scheduler.name)}” of “${name}”` : `Add a scheduler to “${name}”`}
      description={consequence(queue, scheduler)}
      className="top-[6vh] max-h-[88vh] w-[min(40rem,calc(100vw-1.5rem))] max-sm:top-[3vh] max-sm:max-h-[94vh]"
    >
      <Form queue={queue} scheduler={scheduler} initial={initial} onClose={onClose} onSaved={onSaved} />
    </Modal>
  );
}

function consequence({ kind, isPaused }: Queue, scheduler: SchedulerDetail | undefined): string | undefined {
  const parts = [
    scheduler && 'Its next job is replaced by one for the new schedule; a job that runs already is left alone.',
    scheduler?.schedule.limit != null && 'The count of its limit begins anew.',
    scheduler?.form === 'bull-repeatable' && kind === 'bull' && 'Bull gives it another key when its times change.',
    isPaused && 'The queue is paused: its jobs wait until it is resumed.',
  ].filter((part) => typeof part === 'string');
  return parts.length === 0 ? undefined : parts.join(' ');
}

function Form({
  queue,
  scheduler,
  initial,
  onClose,
  onSaved,
}: { [K in keyof Props]: Props[K] | undefined } & Pick<Props, 'queue' | 'onClose'>) {
  const before = useMemo(() => (scheduler ? toFields(scheduler) : null), [scheduler]);
  const [fields, setFields] = useState<SchedulerFields>(before ?? { ...EMPTY_SCHEDULER, ...initial });
  const [errors, setErrors] = useState<FieldErrors>({});
  const why = useWhyNotAct(queue, scheduler ? 'edit scheduler' : 'add scheduler');
  const refresh = useRefresh();
  const answer = z.object({ id: z.string() });
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: SchedulerBody) =>
      scheduler
        ? apiSend('PUT', `/queues/${queue.key}/schedulers`, { ...body, id: scheduler.id }, answer)
        : apiPost(`/queues/${queue.key}/schedulers`, body, answer),
    onSuccess: ({ id }) => {
      toast.success(scheduler ? 'Saved' : 'The scheduler was added');
      void refresh();
      onSaved?.(id);
      onClose();
    },
    onError: (problem) => {
      if (!(problem instanceof ApiError)) return;
      setErrors(
        Object.fromEntries(problem.invalidParams.map(({ path, message }) => [fieldOf(path.split('.')), message])),
      );
    },
  });
  const bind: Bind = (name) => ({
    name,
    value: fields[name],
    error: errors[name],
    onChange: (event) => setFields({ ...fields, [name]: event.target.value }),
  });
  const { body } = toSchedulerBody({ ...fields, data: '{}' }, null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const checked = toSchedulerBody(fields, before);
    setErrors(checked.errors ?? {});
    if (checked.body) mutate(checked.body);
  };
  const isBullMq = queue.kind === 'bullmq';
  const keeps = scheduler ? 'as before' : 'all';
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 pb-3" noValidate>
      <div className="grid gap-3 sm:grid-cols-2">
        {!scheduler && (
          <TextField
            label={isBullMq ? 'Id' : 'Id, if several share a name and times'}
            placeholder={isBullMq ? 'nightly-report' : 'none'}
            autoComplete="off"
            {...bind('id')}
          />
        )}
        <TextField
          label="Name of its jobs"
          placeholder={isBullMq ? 'the same as the id' : '__default__'}
          autoComplete="off"
          {...bind('name')}
        />
      </div>
      <ScheduleFields fields={fields} bind={bind} kind={queue.kind} onType={(type) => setFields({ ...fields, type })} />
      <SchedulePreview schedule={body?.schedule ?? null} startsAtOnce={isBullMq} />
      {scheduler?.template?.data === null && scheduler.template.dataBytes !== null ? (
        <p className="text-xs text-ink-3">
          The data of its jobs is not shown here; it stays as it is unless you give other.
        </p>
      ) : null}
      <TextArea
        label="Data of its jobs, as JSON"
        rows={4}
        {...bind('data')}
        hint={
          scheduler?.template === null
            ? 'What its jobs were made from is gone with its next job: give it anew.'
            : undefined
        }
      />
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        <TextField label="Attempts" placeholder="1" inputMode="numeric" {...bind('attempts')} />
        <TextField label="Priority" placeholder="none" inputMode="numeric" {...bind('priority')} />
        <TextField label="Keep completed" placeholder={keeps} inputMode="numeric" {...bind('keepCompleted')} />
        <TextField label="Keep failed" placeholder={keeps} inputMode="numeric" {...bind('keepFailed')} />
      </div>
      {error && (
        <p role="alert" className="rounded-md bg-crit-soft px-3 py-2 text-sm text-crit">
          {sentenceOf(error)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" disabled={isPending} blockedBecause={why}>
          {isPending ? 'Saving…' : scheduler ? 'Save' : 'Add scheduler'}
        </Button>
      </div>
    </form>
  );
}

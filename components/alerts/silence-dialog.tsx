'use client';
import { useMemo, useState, type FormEvent } from 'react';
import { toast } from 'sonner';
import { SEVERITIES } from '@/lib/domain/verdict';
import { ApiError, sentenceOf } from '../api/problem';
import { plural } from '../format/number';
import { useWhyNot } from '../shell/me';
import { severityWord } from '../shell/severity';
import { Clock } from '../shell/time';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { SelectField, TextArea, TextField } from '../ui/field';
import { JobLine } from '../ui/job-text';
import { Segmented } from '../ui/segmented';
import { emptySilence, fieldOfSilence, toSilence, type SilenceErrors, type SilenceFields } from './silence-fields';
import { useAddSilence, useSilencePreview } from './use-silences';

type Props = {
  /** Patterns, one a line. */
  queues?: string;
  rules?: string;
  onClose(): void;
};

/** Keeps alerts quiet for a time, or at the times of a pattern. Mount it to open it. */
export function SilenceDialog({ queues = '*', rules = '', onClose }: Props) {
  const [fields, setFields] = useState<SilenceFields>(() =>
    emptySilence(queues, rules, Intl.DateTimeFormat().resolvedOptions().timeZone),
  );
  const [openedAt] = useState(() => Date.now());
  const [errors, setErrors] = useState<SilenceErrors>({});
  const why = useWhyNot('operate');
  const { mutate, isPending, error } = useAddSilence();
  const draft = useMemo(
    () => toSilence({ ...fields, reason: fields.reason.trim() || 'preview' }, openedAt).silence ?? null,
    [fields, openedAt],
  );
  const text = (name: Exclude<keyof SilenceFields, 'kind' | 'upTo'>) => ({
    value: fields[name],
    error: errors[name],
    autoComplete: 'off',
    onChange: ({ target }: { target: { value: string } }) => setFields({ ...fields, [name]: target.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const checked = toSilence(fields, Date.now());
    setErrors(checked.errors ?? {});
    if (!checked.silence) return;
    mutate(checked.silence, {
      onSuccess: () => {
        toast.success('Silenced', { description: 'What fires is still shown; nobody is told of it.' });
        onClose();
      },
      onError: (problem) => {
        if (!(problem instanceof ApiError)) return;
        setErrors(
          Object.fromEntries(
            problem.invalidParams.map(({ path, message }) => [fieldOfSilence(path.split('.')), message]),
          ),
        );
      },
    });
  };
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title="Silence alerts"
      description="They are judged and shown all the same, but nobody is told. What still fires when it ends is told then."
      className="top-[6vh] max-h-[90vh] w-[min(38rem,calc(100vw-1rem))]"
    >
      <form onSubmit={submit} className="flex flex-col gap-3 pb-3" noValidate>
        <TextField
          label="Why"
          autoFocus
          maxLength={500}
          placeholder="Migration of the mail database"
          {...text('reason')}
        />
        <div className="grid gap-3 sm:grid-cols-2">
          <TextArea label="Queues, one pattern a line" rows={2} hint="* stands for any text" {...text('queues')} />
          <TextArea label="Except" rows={2} placeholder="none" {...text('except')} />
          <TextArea label="Only these rules, one a line" rows={2} placeholder="all" {...text('rules')} />
          <SelectField
            label="Up to severity"
            value={fields.upTo}
            onChange={({ target }) =>
              setFields({ ...fields, upTo: SEVERITIES.find((one) => one === target.value) ?? '' })
            }
          >
            <option value="">all</option>
            {SEVERITIES.map((one) => (
              <option key={one} value={one}>
                {severityWord(one)}
              </option>
            ))}
          </SelectField>
        </div>
        <Segmented
          label="When"
          value={fields.kind}
          options={[
            { value: 'once', label: 'Once' },
            { value: 'cron', label: 'Again and again' },
          ]}
          onChange={(kind) => setFields({ ...fields, kind })}
        />
        <div className="grid gap-3 sm:grid-cols-3">
          {fields.kind === 'once' ? (
            <TextField label="From" type="datetime-local" hint="empty: now" {...text('from')} />
          ) : (
            <>
              <TextField label="Cron pattern" className="font-mono" {...text('pattern')} />
              <TextField label="Time zone" {...text('timeZone')} />
            </>
          )}
          <TextField label="For" placeholder="2h" {...text('lasting')} />
        </div>
        <Preview draft={draft} />
        {error && (
          <p role="alert" className="rounded-md bg-crit-soft px-3 py-2 text-sm text-crit">
            {sentenceOf(error)}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={isPending} blockedBecause={why}>
            {isPending ? 'Saving …' : 'Silence'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function Preview({ draft }: { draft: Parameters<typeof useSilencePreview>[0] }) {
  const { data } = useSilencePreview(draft);
  if (!draft || !data) return null;
  if (data.error) return <p className="text-xs text-crit">{data.error.message}</p>;
  return (
    <div className="rounded-md border border-line-strong px-3 py-2 text-xs text-ink-2">
      <p>
        Meets <b>{plural(data.queues, 'queue')}</b> now
        {data.some.length > 0 && (
          <>
            : <JobLine className="[overflow-wrap:anywhere]">{data.some.join(', ')}</JobLine>
            {data.queues > data.some.length && ' …'}
          </>
        )}
      </p>
      <ul>
        {data.next.map(({ from, to }) => (
          <li key={from} className="tabular-nums">
            <Clock at={from} /> to <Clock at={to} />
          </li>
        ))}
        {data.next.length === 0 && <li>It will never be active.</li>}
      </ul>
    </div>
  );
}

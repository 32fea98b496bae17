'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { madeTokenSchema } from '@/lib/domain/person';
import { apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';
import { SelectField, TextField } from '../ui/field';
import { FormDialog } from './form-dialog';
import { usePeople } from './use-people';

const LIVES = [
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: 'a year' },
  { days: null, label: 'without an end' },
] as const;

type Props = { open: boolean; onClose(): void; onMade(token: string): void };

/** Makes a token for a program. */
export function NewTokenDialog({ open, onClose, onMade }: Props) {
  const client = useQueryClient();
  const { data } = usePeople();
  const [name, setName] = useState('');
  const [role, setRole] = useState('viewer');
  const [life, setLife] = useState('90');
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: () =>
      apiPost('/tokens', { name: name.trim(), role, days: life === '' ? null : Number(life) }, madeTokenSchema),
    onSettled: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  const close = () => {
    setName('');
    reset();
    onClose();
  };
  const submit = async () => {
    const made = await mutateAsync().catch(() => null);
    if (made === null) return;
    close();
    onMade(made.token);
  };
  return (
    <FormDialog
      open={open}
      title="Make a token"
      description="For a program that calls the API, or for Prometheus. Give it the smallest role that does."
      action={{ label: 'Make it', pending: 'Making…', isPending }}
      onClose={close}
      onSubmit={submit}
    >
      <TextField
        label="Name"
        hint="What uses it, such as prometheus or deploy-bot; the audit log shows it"
        value={name}
        onChange={(event) => setName(event.target.value)}
        maxLength={64}
        required
        autoFocus
        error={error ? sentenceOf(error) : undefined}
      />
      <SelectField label="Role" value={role} onChange={(event) => setRole(event.target.value)}>
        {(data?.roles ?? []).map(({ name: one }) => (
          <option key={one}>{one}</option>
        ))}
      </SelectField>
      <SelectField label="Good for" value={life} onChange={(event) => setLife(event.target.value)}>
        {LIVES.map(({ days, label }) => (
          <option key={label} value={days ?? ''}>
            {label}
          </option>
        ))}
      </SelectField>
    </FormDialog>
  );
}

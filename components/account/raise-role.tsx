'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { elevationStateSchema, type ElevationState } from '@/lib/domain/elevation';
import { apiGet, apiPost } from '../api/client';
import { ApiError, sentenceOf } from '../api/problem';
import { Button } from '../ui/button';
import { SelectField, TextField } from '../ui/field';
import { SkeletonRows } from '../ui/skeleton';

/** Raises the own role for some minutes, in this session alone. */
export function RaiseRole() {
  const state = useQuery({
    queryKey: ['elevation'],
    queryFn: ({ signal }) => apiGet('/me/elevation', elevationStateSchema, { signal }),
  });
  if (state.isPending) return <SkeletonRows count={2} />;
  if (state.error) return <p className="px-4 py-3 text-sm text-crit">{sentenceOf(state.error)}</p>;
  const { current } = state.data;
  if (current)
    return (
      <p className="px-3 py-3 text-sm text-ink-2 md:px-4">
        Raised from {current.from} to <strong className="font-semibold text-ink">{current.to}</strong>:{' '}
        <span className="[overflow-wrap:anywhere]">{current.reason}</span>. It ends by itself; the badge at the top
        shows the time left and ends it now.
      </p>
    );
  return <RaiseForm {...state.data} />;
}

function RaiseForm({ choices, needsPassword }: ElevationState) {
  const [to, setTo] = useState(choices[0]?.to ?? '');
  const most = choices.find((choice) => choice.to === to)?.minutes ?? 1;
  const [minutes, setMinutes] = useState(String(Math.min(15, most)));
  const [reason, setReason] = useState('');
  const [password, setPassword] = useState('');
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      apiPost(
        '/me/elevation',
        { to, minutes: Number(minutes), reason, ...(needsPassword ? { password } : {}) },
        elevationStateSchema,
      ),
    // Everything on the page was made for the role before.
    onSuccess: () => location.reload(),
  });
  const at = (path: string) =>
    error instanceof ApiError && error.invalidParams.some((param) => param.path === path)
      ? sentenceOf(error)
      : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate();
  };
  return (
    <form className="flex max-w-96 flex-col gap-3 px-3 py-3 md:px-4" onSubmit={submit}>
      <p className="text-sm text-ink-2">
        For what cannot wait for an administrator. It holds in this session only and ends by itself; the audit log keeps
        the reason and all that is done meanwhile.
      </p>
      <SelectField label="Raise to" value={to} onChange={(event) => setTo(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice.to}>{choice.to}</option>
        ))}
      </SelectField>
      <TextField
        label="Minutes"
        type="number"
        min={1}
        max={most}
        required
        hint={`at most ${most}`}
        value={minutes}
        onChange={(event) => setMinutes(event.target.value)}
        error={at('minutes')}
      />
      <TextField
        label="Reason"
        required
        minLength={5}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        error={at('reason')}
      />
      {needsPassword && (
        <TextField
          label="Password once more"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={at('password')}
        />
      )}
      <p role="alert" className="text-sm text-crit empty:hidden">
        {error && !at('minutes') && !at('reason') && !at('password') ? sentenceOf(error) : null}
      </p>
      <Button type="submit" variant="primary" className="self-start" disabled={isPending}>
        {isPending ? 'Raising…' : 'Raise my role'}
      </Button>
    </form>
  );
}

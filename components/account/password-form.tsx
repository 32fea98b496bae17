'use client';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { z } from 'zod';
import { apiPost } from '../api/client';
import { ApiError, sentenceOf } from '../api/problem';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';

/** Changes the own password; afterwards one signs in again, everywhere. */
export function PasswordForm() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => apiPost('/me/password', { current, next }, z.object({})),
    onSuccess: () => location.assign('/sign-in'),
  });
  const differs = again !== '' && again !== next;
  const isCurrent =
    error instanceof ApiError &&
    error.invalidParams.some(({ path }) => path === 'password') &&
    /wrong/.test(error.message);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!differs) mutate();
  };
  return (
    <form className="flex max-w-96 flex-col gap-3 px-3 py-3 md:px-4" onSubmit={submit}>
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        required
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
        error={isCurrent ? sentenceOf(error) : undefined}
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        required
        value={next}
        onChange={(event) => setNext(event.target.value)}
        hint="At least 10 characters; a few random words are good. No rules about signs and digits."
        error={error && !isCurrent ? sentenceOf(error) : undefined}
      />
      <TextField
        label="New password once more"
        type="password"
        autoComplete="new-password"
        required
        value={again}
        onChange={(event) => setAgain(event.target.value)}
        error={differs ? 'The two differ.' : undefined}
      />
      <Button type="submit" variant="primary" className="self-start" disabled={isPending || differs}>
        {isPending ? 'Changing…' : 'Change, and sign out everywhere'}
      </Button>
    </form>
  );
}

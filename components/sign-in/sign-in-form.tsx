'use client';
import { signIn } from 'next-auth/react';
import { useState, type FormEvent } from 'react';
import { safeNext } from '../api/safe-next';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { signInSentence } from './sign-in-error';

type Props = {
  next: string | null;
  initialError: string | null;
  /** Name of the single sign-on, `null` without. */
  sso: string | null;
};

/** E-mail and password; afterwards back to where one wanted to go. */
export function SignInForm({ next, initialError, sso }: Props) {
  const [problem, setProblem] = useState(initialError === null ? null : signInSentence(initialError));
  const [isBusy, setBusy] = useState(false);
  const [wantsCode, setWantsCode] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      const result = await signIn('credentials', {
        redirect: false,
        // Else it would be this address, and an error in it would be taken for this attempt's.
        callbackUrl: '/',
        email: form.get('email'),
        password: form.get('password'),
        code: form.get('code') ?? '',
      });
      if (result?.ok && !result.error) {
        // A full load: everything that was known about the person before is forgotten.
        location.assign(safeNext(next, location.origin));
        return;
      }
      const code = result?.error ?? '';
      if (code === 'code-needed') setWantsCode(true);
      setProblem(code === 'code-needed' && !wantsCode ? null : signInSentence(code));
    } catch {
      setProblem('Tailback does not answer. Check the network and whether its web process runs.');
    }
    setBusy(false);
  };
  const bySso = async () => {
    setBusy(true);
    setProblem(null);
    // Leads to the provider and, with a session, back; a provider that does not answer leads back with an error.
    await signIn('oidc', { callbackUrl: safeNext(next, location.origin) }).catch(() => {
      setProblem('Tailback does not answer. Check the network and whether its web process runs.');
      setBusy(false);
    });
  };
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5">
      <TextField label="E-mail address" name="email" type="email" autoComplete="username" required autoFocus />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
      {wantsCode && (
        <TextField
          label="Code"
          hint="From your authenticator program"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9 ]*"
          maxLength={10}
          required
          autoFocus
        />
      )}
      <div role="alert" aria-live="assertive">
        {problem && <p className="rounded-md bg-crit-soft px-3 py-2 text-sm text-crit">{problem}</p>}
      </div>
      <Button type="submit" variant="primary" size="lg" className="justify-center" disabled={isBusy}>
        {isBusy ? 'Signing in…' : 'Sign in'}
      </Button>
      {sso !== null && (
        <>
          <p className="flex items-center gap-3 text-xs text-ink-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
            or
          </p>
          <Button size="lg" className="justify-center" disabled={isBusy} onClick={() => void bySso()}>
            Sign in with {sso}
          </Button>
        </>
      )}
    </form>
  );
}

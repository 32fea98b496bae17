'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { QRCodeSVG } from 'qrcode.react';
import { useState, type FormEvent } from 'react';
import { toast } from 'sonner';
import { z } from 'zod';
import { secondFactorSchema } from '@/lib/domain/person';
import { apiPost, apiSend } from '../api/client';
import { sentenceOf } from '../api/problem';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';

const PATH = '/me/second-factor';

/** Turns codes of an authenticator program on and off. */
export function SecondFactor({ isOn, canHave }: { isOn: boolean; canHave: boolean }) {
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const start = useMutation({ mutationFn: () => apiPost(PATH, {}, secondFactorSchema) });
  const settle = useMutation({
    mutationFn: () =>
      isOn
        ? apiSend('DELETE', PATH, { password }, z.object({}))
        : apiSend('PUT', PATH, { password, code, secret: start.data?.secret }, z.object({})),
    onSuccess: async () => {
      toast.success(isOn ? 'The second factor is off' : 'The second factor is on');
      setPassword('');
      setCode('');
      start.reset();
      await client.invalidateQueries({ queryKey: ['account'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    settle.mutate();
  };
  if (!canHave && !isOn)
    return <p className="px-4 py-3 text-sm text-ink-2">Whoever keeps your password also asks for the second factor.</p>;
  return (
    <div className="flex flex-col gap-3 px-3 py-3 text-sm md:px-4">
      <p className="text-ink-2">
        {isOn
          ? 'On: signing in asks for a code of your authenticator program.'
          : 'Off. With a code of an authenticator program beside it, a stolen password is not enough.'}
      </p>
      {!isOn && !start.data && (
        <Button className="self-start" disabled={start.isPending} onClick={() => start.mutate()}>
          Set it up
        </Button>
      )}
      {start.error && <p className="text-crit">{sentenceOf(start.error)}</p>}
      {(isOn || start.data) && (
        <form className="flex max-w-96 flex-col gap-3" onSubmit={submit}>
          {start.data && (
            <>
              <div className="flex flex-wrap items-center gap-4">
                <QRCodeSVG
                  value={start.data.uri}
                  size={148}
                  marginSize={2}
                  title="Secret for the authenticator program"
                />
                <p className="min-w-0 flex-1 text-xs text-ink-2">
                  Scan this with your authenticator program, or type in
                  <code className="mt-1 block font-mono text-sm text-ink [overflow-wrap:anywhere]">
                    {start.data.secret}
                  </code>
                </p>
              </div>
              <TextField
                label="Code that it shows"
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={10}
                required
                value={code}
                onChange={(event) => setCode(event.target.value)}
              />
            </>
          )}
          <TextField
            label="Your password"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            error={settle.error ? sentenceOf(settle.error) : undefined}
          />
          <Button
            type="submit"
            variant={isOn ? 'dangerGhost' : 'primary'}
            className="self-start"
            disabled={settle.isPending}
          >
            {isOn ? 'Turn it off' : 'Turn it on'}
          </Button>
        </form>
      )}
    </div>
  );
}

import type { Metadata } from 'next';
import { SignInForm } from '@/components/sign-in/sign-in-form';
import { Chip } from '@/components/ui/chip';
import { Logo } from '@/components/ui/logo';
import { getHost } from '@/lib/server';

export const metadata: Metadata = { title: 'Sign in' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignInPage({ searchParams }: Props) {
  const { next, error } = await searchParams;
  const { environment, oidc } = getHost().config;
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-84">
        <div className="mb-5 flex items-center gap-3">
          <Logo size={30} />
          <h1 className="text-xl tracking-tight">Tailback</h1>
          {environment && (
            <Chip tone={/^prod/i.test(environment) ? 'solid' : 'plain'} className="ml-auto max-w-40 uppercase">
              {environment}
            </Chip>
          )}
        </div>
        <div className="panel p-5">
          <SignInForm
            next={typeof next === 'string' ? next : null}
            sso={oidc?.name ?? null}
            initialError={typeof error === 'string' ? error : null}
          />
        </div>
        <p className="mt-4 text-xs text-ink-3">
          The first admin’s password was printed when Tailback started. A forgotten one is set anew on the server with{' '}
          <code className="font-mono">npm run users</code>.
        </p>
      </div>
    </main>
  );
}

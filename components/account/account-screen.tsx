'use client';
import { useQuery } from '@tanstack/react-query';
import { accountSchema, sessionsSchema } from '@/lib/domain/person';
import { apiGet } from '../api/client';
import { sentenceOf } from '../api/problem';
import { SessionList } from '../settings/session-list';
import { useEndSession } from '../settings/use-end-session';
import { useMe } from '../shell/me';
import { Page, Section } from '../ui/page';
import { SkeletonRows } from '../ui/skeleton';
import { PasswordForm } from './password-form';
import { RaiseRole } from './raise-role';
import { SecondFactor } from './second-factor';

/** How one signs in oneself: password, second factor, sessions. */
export function AccountScreen() {
  const { name, role, canRaise } = useMe();
  const account = useQuery({
    queryKey: ['account'],
    queryFn: ({ signal }) => apiGet('/me/account', accountSchema, { signal }),
  });
  const sessions = useQuery({
    queryKey: ['own-sessions'],
    queryFn: ({ signal }) => apiGet('/me/sessions', sessionsSchema, { signal }),
  });
  const { end, endingId } = useEndSession('/me/sessions');
  return (
    <Page title="Your account" lead={`${name}, ${role}`}>
      {account.error && <p className="text-sm text-crit">{sentenceOf(account.error)}</p>}
      <div className="grid gap-3 lg:grid-cols-2 lg:items-start">
        <Section title="Password">
          {account.isPending && <SkeletonRows count={2} />}
          {account.data && account.data.hasPassword && <PasswordForm />}
          {account.data && !account.data.hasPassword && (
            <p className="px-4 py-3 text-sm text-ink-2">
              You sign in through {account.data.issuer ?? 'another program'}, which keeps your password.
            </p>
          )}
        </Section>
        <Section title="Second factor">
          {account.isPending && <SkeletonRows count={2} />}
          {account.data && <SecondFactor isOn={account.data.hasSecondFactor} canHave={account.data.hasPassword} />}
        </Section>
        {canRaise && (
          <Section title="Raise your role">
            <RaiseRole />
          </Section>
        )}
        <Section title="Sessions">
          <div className="px-3 py-1 md:px-4">
            {sessions.isPending && <SkeletonRows count={2} />}
            {sessions.error && <p className="py-2 text-sm text-crit">{sentenceOf(sessions.error)}</p>}
            {sessions.data && <SessionList sessions={sessions.data.sessions} endingId={endingId} onEnd={end} />}
          </div>
        </Section>
      </div>
    </Page>
  );
}

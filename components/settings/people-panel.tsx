'use client';
import { MoreHorizontal, UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { Person } from '@/lib/domain/person';
import { sentenceOf } from '../api/problem';
import { plural } from '../format/number';
import { useMe } from '../shell/me';
import { Ago } from '../shell/time';
import { Button } from '../ui/button';
import { Chip } from '../ui/chip';
import { Empty } from '../ui/empty';
import { Menu, MenuItem, MenuLine } from '../ui/menu';
import { SkeletonRows } from '../ui/skeleton';
import { AddPersonDialog } from './add-person-dialog';
import { ConfirmChange, type PendingChange } from './confirm-change';
import { SecretOnce } from './secret-once';
import { SessionsDialog } from './sessions-dialog';
import { useChangePerson, usePeople } from './use-people';

/** Everybody who may sign in, and what can be done to their accounts. */
export function PeoplePanel() {
  const { data, error, isPending, refetch } = usePeople();
  const { mutateAsync } = useChangePerson();
  const [isAdding, setAdding] = useState(false);
  const [pending, setPending] = useState<PendingChange | null>(null);
  const [sessionsOf, setSessionsOf] = useState<string | null>(null);
  const [password, setPassword] = useState<string | null>(null);
  const run = async (change: PendingChange) => {
    setPending(null);
    const result = await mutateAsync(change).catch(() => null);
    if (result?.password) setPassword(result.password);
  };
  const people = data?.people ?? [];
  return (
    <section className="panel overflow-hidden" aria-label="People">
      <header className="flex min-h-11 items-center gap-3 border-b border-line px-3 md:px-4">
        <h2 className="text-sm">People</h2>
        <span className="text-xs text-ink-3">{data && people.length}</span>
        <Button className="ml-auto" onClick={() => setAdding(true)}>
          <UserPlus size={13} aria-hidden /> Add a person
        </Button>
      </header>
      {isPending && <SkeletonRows count={4} />}
      {error && !data && (
        <Empty title="The people cannot be read">
          <p className="mb-3">{sentenceOf(error)}</p>
          <Button onClick={() => void refetch()}>Try again</Button>
        </Empty>
      )}
      <ul className="divide-y divide-line" aria-label="Accounts">
        {people.map((person) => (
          <PersonRow
            key={person.email}
            person={person}
            roles={data?.roles.map(({ name }) => name) ?? []}
            onAsk={setPending}
            onSessions={() => setSessionsOf(person.email)}
          />
        ))}
      </ul>
      <AddPersonDialog
        open={isAdding}
        roles={data?.roles.map(({ name }) => name) ?? []}
        onClose={() => setAdding(false)}
        onMade={setPassword}
      />
      <ConfirmChange pending={pending} onCancel={() => setPending(null)} onConfirm={(change) => void run(change)} />
      <SessionsDialog email={sessionsOf} onClose={() => setSessionsOf(null)} />
      <SecretOnce title="The new password" what="the password" secret={password} onClose={() => setPassword(null)} />
    </section>
  );
}

type RowProps = {
  person: Person;
  roles: readonly string[];
  onAsk(change: PendingChange): void;
  onSessions(): void;
};

function PersonRow({ person, roles, onAsk, onSessions }: RowProps) {
  const me = useMe();
  const { email, role, isDisabled, hasSecondFactor, hasPassword, issuer, sessions, lastSignInAt } = person;
  const isMe = me.name === email;
  return (
    <li className="flex min-h-9 items-center gap-3 px-3 py-1 text-sm md:px-4">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="truncate font-medium">{email}</span>
          {isMe && <span className="text-xs text-ink-3">you</span>}
          <Chip tone={role === 'admin' ? 'accent' : 'plain'}>{role}</Chip>
          {isDisabled && <Chip tone="warn">disabled</Chip>}
          {hasSecondFactor && <Chip>second factor</Chip>}
          {issuer !== null && <Chip>single sign-on</Chip>}
        </p>
        <p className="text-xs text-ink-3">
          {lastSignInAt === null ? (
            'not signed in'
          ) : (
            <>
              signed in <Ago at={lastSignInAt} />
            </>
          )}{' '}
          · {sessions === 0 ? 'no session' : plural(sessions, 'session')}
        </p>
      </div>
      <Menu
        trigger={
          <Button variant="ghost" size="icon" aria-label={`Change ${email}`}>
            <MoreHorizontal size={15} />
          </Button>
        }
      >
        <MenuItem onSelect={onSessions}>Sessions…</MenuItem>
        <MenuItem
          disabled={sessions === 0}
          onSelect={() => onAsk({ email, change: { action: 'sign-out' }, done: `${email} is signed out everywhere` })}
        >
          Sign out everywhere…
        </MenuItem>
        <MenuLine />
        {roles
          .filter((name) => name !== role)
          .map((name) => (
            <MenuItem
              key={name}
              onSelect={() =>
                onAsk({ email, change: { action: 'set-role', role: name }, done: `${email} is ${name} now` })
              }
            >
              Make {name}…
            </MenuItem>
          ))}
        <MenuLine />
        <MenuItem
          onSelect={() => onAsk({ email, change: { action: 'reset-password' }, done: `${email} has a new password` })}
        >
          {hasPassword ? 'New password…' : 'Give a password…'}
        </MenuItem>
        {hasSecondFactor && (
          <MenuItem
            onSelect={() =>
              onAsk({
                email,
                change: { action: 'reset-second-factor' },
                done: `${email} signs in with the password alone`,
              })
            }
          >
            Take second factor away…
          </MenuItem>
        )}
        <MenuLine />
        {isDisabled ? (
          <MenuItem onSelect={() => onAsk({ email, change: { action: 'enable' }, done: `${email} may sign in again` })}>
            Enable…
          </MenuItem>
        ) : (
          <MenuItem onSelect={() => onAsk({ email, change: { action: 'disable' }, done: `${email} is disabled` })}>
            Disable…
          </MenuItem>
        )}
        <MenuItem isDanger onSelect={() => onAsk({ email, change: { action: 'remove' }, done: `${email} is removed` })}>
          Remove…
        </MenuItem>
      </Menu>
    </li>
  );
}

'use client';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import type { PersonChange } from './use-people';

export type PendingChange = PersonChange;

const WORDS: Record<PersonChange['change']['action'], { verb: string; what: string }> = {
  'sign-out': { verb: 'Sign out', what: 'All sessions end within 10 seconds. Nothing else changes.' },
  'set-role': { verb: 'Change role', what: 'All sessions end within 10 seconds; the next sign-in has the new role.' },
  'reset-password': {
    verb: 'Make a new password',
    what: 'The old password does not work any more, and all sessions end within 10 seconds. The new one is shown once.',
  },
  'reset-second-factor': {
    verb: 'Take it away',
    what: 'The password alone is enough from then on. Be sure that it is really this person who asks.',
  },
  enable: { verb: 'Enable', what: 'The account works again, with the password and role that it had.' },
  disable: {
    verb: 'Disable',
    what: 'All sessions end within 10 seconds. The account is kept and can be enabled again.',
  },
  remove: {
    verb: 'Remove',
    what: 'The account is deleted and all sessions end within 10 seconds. The audit log keeps what was done.',
  },
};

type Props = {
  pending: PendingChange | null;
  onCancel(): void;
  onConfirm(change: PendingChange): void;
};

/** Asks before an account is changed, and says what will happen. */
export function ConfirmChange({ pending, onCancel, onConfirm }: Props) {
  const { verb, what } = WORDS[pending?.change.action ?? 'enable'];
  const isDanger = pending?.change.action === 'remove' || pending?.change.action === 'disable';
  return (
    <Modal
      open={pending !== null}
      onOpenChange={(open) => !open && onCancel()}
      title={`${pending?.email ?? ''}: ${pending?.change.action === 'set-role' ? `make ${pending.change.role}` : verb.toLowerCase()}?`}
      description={what}
      footer={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <Button variant={isDanger ? 'danger' : 'primary'} onClick={() => pending && onConfirm(pending)} autoFocus>
            {verb}
          </Button>
        </>
      }
    />
  );
}

'use client';
import { Check, Clock3, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { canDo } from '@/lib/domain/access';
import type { Incident } from '@/lib/domain/incident';
import { useMe, useWhyNot } from '../shell/me';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { TextField } from '../ui/field';
import { Menu, MenuItem, MenuLabel } from '../ui/menu';
import { useIncidentAction } from './use-incidents';

const HOUR_MS = 3_600_000;
const TIMES = [
  { label: '30 minutes', ms: HOUR_MS / 2 },
  { label: '2 hours', ms: 2 * HOUR_MS },
  { label: '8 hours', ms: 8 * HOUR_MS },
  { label: '1 day', ms: 24 * HOUR_MS },
  { label: '1 week', ms: 168 * HOUR_MS },
] as const;

/** Says that somebody is on it, or that it can wait. */
export function IncidentActions({ incident }: { incident: Incident }) {
  const { id, acknowledged, snoozed, queues, state } = incident;
  const [isAsking, setAsking] = useState(false);
  const { mutate, isPending } = useIncidentAction(id);
  const { access, role } = useMe();
  const whyNot = useWhyNot('operate');
  const isForbidden = queues.some((queue) => !canDo(access, queue.id, 'acknowledge'));
  const why = whyNot ?? (isForbidden ? `Your role is ${role}, which may not acknowledge for these queues.` : null);
  if (state === 'resolved') return null;
  return (
    <div className="flex flex-wrap gap-2">
      {acknowledged ? (
        <Button blockedBecause={why} disabled={isPending} onClick={() => mutate({ action: 'unacknowledge' })}>
          <Undo2 size={13} aria-hidden /> Hand back
        </Button>
      ) : (
        <Button variant="primary" blockedBecause={why} disabled={isPending} onClick={() => setAsking(true)}>
          <Check size={13} aria-hidden /> Acknowledge
        </Button>
      )}
      {snoozed ? (
        <Button blockedBecause={why} disabled={isPending} onClick={() => mutate({ action: 'unsnooze' })}>
          <Clock3 size={13} aria-hidden /> End snooze
        </Button>
      ) : why !== null ? (
        <Button blockedBecause={why}>
          <Clock3 size={13} aria-hidden /> Snooze
        </Button>
      ) : (
        <Menu
          trigger={
            <Button disabled={isPending}>
              <Clock3 size={13} aria-hidden /> Snooze
            </Button>
          }
        >
          <MenuLabel>Tell nobody for</MenuLabel>
          {TIMES.map(({ label, ms }) => (
            <MenuItem key={label} onSelect={() => mutate({ action: 'snooze', until: Date.now() + ms })}>
              {label}
            </MenuItem>
          ))}
        </Menu>
      )}
      <Asking
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onSay={(note) => {
          setAsking(false);
          mutate({ action: 'acknowledge', ...(note === '' ? {} : { note }) });
        }}
      />
    </div>
  );
}

function Asking({ isOpen, onClose, onSay }: { isOpen: boolean; onClose(): void; onSay(note: string): void }) {
  const [note, setNote] = useState('');
  return (
    <Modal
      open={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title="Acknowledge this incident"
      description="Everybody sees that you are on it, and it does not escalate. If it gets graver, people are told again."
    >
      <form
        className="flex flex-col gap-3 pb-3"
        onSubmit={(event) => {
          event.preventDefault();
          onSay(note.trim());
        }}
      >
        <TextField
          label="Note, if you like"
          value={note}
          maxLength={1_000}
          autoFocus
          autoComplete="off"
          placeholder="Restarting the workers"
          onChange={({ target }) => setNote(target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary">
            Acknowledge
          </Button>
        </div>
      </form>
    </Modal>
  );
}

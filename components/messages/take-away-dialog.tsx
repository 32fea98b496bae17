'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { useWhyNotAct } from '../live/use-why-not-act';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { TextField } from '../ui/field';
import { useTakeAway } from './use-messages';

type Props = { queue: Queue; what: 'purge' | 'delete'; onClose(): void };

/** Takes all messages away, or the queue with them, once its name is typed. */
export function TakeAwayDialog({ queue, what, onClose }: Props) {
  const [typed, setTyped] = useState('');
  const router = useRouter();
  const take = useTakeAway(queue.key, what);
  const name = visibleLine(queue.id.name);
  const why =
    useWhyNotAct(queue, what) ??
    (what === 'purge' && queue.rabbit?.type === 'stream' ? 'A stream cannot be purged, only deleted.' : null);
  const blocked = why ?? (typed === queue.id.name ? null : 'Type the name of the queue first.');
  const run = () =>
    take.mutate(typed, {
      onSuccess: () => {
        toast.success(what === 'purge' ? `${name} was purged` : `${name} was deleted`);
        onClose();
        if (what === 'delete') router.push('/');
      },
    });
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={what === 'purge' ? `Purge “${name}”` : `Delete “${name}”`}
      description={
        what === 'purge'
          ? `All messages that are ready, ${plural(queue.counts.waiting ?? 0, 'message')} now, are taken away. Those that consumers hold stay.`
          : `The queue is taken away with ${plural(queue.rabbit?.messages ?? 0, 'message')}, its bindings and its consumers. Publishers are not told.`
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="danger" blockedBecause={blocked} disabled={take.isPending} onClick={run}>
            {what === 'purge' ? 'Purge' : 'Delete queue'}
          </Button>
        </>
      }
    >
      <TextField
        label={`This cannot be undone. Type ${name} to go on`}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        error={take.error ? sentenceOf(take.error) : undefined}
      />
    </Modal>
  );
}

'use client';
import { useState } from 'react';
import { REPLAY_WINDOW } from '@/lib/domain/message';
import { DEFAULT_PACE } from '@/lib/domain/pace';
import type { Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { PaceChoice } from '../operations/pace-choice';
import { useOpenOperation } from '../operations/use-open-operation';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import type { Meant } from './dead-letter-panel';
import { useReplay } from './use-messages';

/** What will be sent where, and how fast; then it runs as an operation. */
export function ReplayDialog({ queue, meant, onClose }: { queue: Queue; meant: Meant; onClose(): void }) {
  const [pace, setPace] = useState<number | null>(DEFAULT_PACE);
  const [, openOperation] = useOpenOperation();
  const replay = useReplay(queue.key);
  const { group, words, about } = meant;
  const run = () =>
    replay.mutate(
      { group, pace },
      {
        onSuccess: ({ id }) => {
          onClose();
          void openOperation(id);
        },
      },
    );
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      className="w-[min(38rem,calc(100vw-1.5rem))]"
      title={`Replay ${visibleLine(words)}`}
      description={
        group === null
          ? 'Each goes back to the queue in which it was given up last, as its headers say (x-death, or one of its consumer).'
          : `Each goes back to ${visibleLine(group.origin ?? '')}, where it was given up last.`
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" disabled={replay.isPending} onClick={run}>
            Replay {about === null ? '' : plural(about, 'message')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <PaceChoice pace={pace} count={about} onChange={setPace} />
        <ul className="flex list-disc flex-col gap-1 pl-5 text-ink-2">
          <li>Only what died before now is meant: what dies again meanwhile stays.</li>
          <li>
            A message leaves this queue after the broker has confirmed that it is in the other one: if Tailback is
            killed on the way none is lost, and at most {REPLAY_WINDOW} are sent twice. Each carries the header
            x-tailback-replay, by which a consumer can tell.
          </li>
          <li>
            It begins anew: the record of its deaths and the headers CC and BCC are taken off, the user id too. Header,
            payload and other properties stay as they are.
          </li>
          {group !== null && (
            <li>
              Those of other kinds are held while it runs and put back in their places: consumers see them as
              redelivered.
            </li>
          )}
        </ul>
        {replay.error && <p className="text-crit">{sentenceOf(replay.error)}</p>}
      </div>
    </Modal>
  );
}

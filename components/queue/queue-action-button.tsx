'use client';
import { Pause, Play } from 'lucide-react';
import type { QueueAction } from '@/lib/domain/action';
import { useLive } from '../live/live-provider';
import { useWhyNotAct } from '../live/use-why-not-act';
import { Button, type ButtonProps } from '../ui/button';
import { useQueueAction } from './use-queue-action';

type Props = { queueKey: string; action: QueueAction; size?: ButtonProps['size'] };

/** Pause or resume, off with the reason where it is not possible. */
export function QueueActionButton({ queueKey, action, size = 'md' }: Props) {
  const { mutate, isPending } = useQueueAction(queueKey);
  const why = useWhyNotAct(useLive((state) => state.byKey.get(queueKey)));
  const Icon = action === 'pause' ? Pause : Play;
  return (
    <Button size={size} blockedBecause={why} disabled={isPending} onClick={() => mutate(action)}>
      <Icon size={13} aria-hidden />
      {action === 'pause' ? 'Pause' : 'Resume'}
    </Button>
  );
}

'use client';
import { useMutation } from '@tanstack/react-query';
import { ShieldAlert } from 'lucide-react';
import { useEffect } from 'react';
import { toast } from 'sonner';
import { elevationStateSchema } from '@/lib/domain/elevation';
import { apiSend } from '../api/client';
import { sentenceOf } from '../api/problem';
import { useNow } from '../live/use-now';
import { useMe } from './me';

/** Says that the role is raised, for how long still, and ends it. */
export function RaisedBadge() {
  const { raised } = useMe();
  return raised ? <Badge {...raised} /> : null;
}

function Badge({ from, until }: { from: string; until: number }) {
  const { role } = useMe();
  const now = useNow();
  const isOver = now !== 0 && now >= until;
  const { mutate, isPending } = useMutation({
    mutationFn: () => apiSend('DELETE', '/me/elevation', {}, elevationStateSchema),
    onSuccess: () => location.reload(),
    onError: (error) => toast.error(`You are still ${role}`, { description: sentenceOf(error) }),
  });
  // The server has ended it by itself; this page was made for the raised role.
  useEffect(() => {
    if (isOver) location.reload();
  }, [isOver]);
  const left = leftWords(now === 0 ? null : until - now);
  return (
    <button
      type="button"
      title={`Your role is raised from ${from} to ${role}. Press to go back to ${from} now.`}
      disabled={isPending}
      onClick={() => mutate()}
      className="flex h-7 shrink-0 items-center gap-1.5 rounded-md border border-warn/40 bg-warn-soft px-2 text-xs text-warn hover:border-warn"
    >
      <ShieldAlert size={13} aria-hidden />
      <span className="max-w-32 truncate font-medium">{role}</span>
      <span className="tabular-nums" suppressHydrationWarning>
        {left}
      </span>
      <span className="max-md:sr-only">left · end</span>
    </button>
  );
}

function leftWords(ms: number | null): string {
  if (ms === null) return '…';
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

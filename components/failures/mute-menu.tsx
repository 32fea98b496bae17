'use client';
import { Bell, BellOff } from 'lucide-react';
import type { FailureAction, FailureCare } from '@/lib/domain/failure';
import { Button } from '../ui/button';
import { Menu, MenuItem, MenuLabel } from '../ui/menu';

const HOUR_MS = 3_600_000;
const TIMES = [
  { label: '1 hour', ms: HOUR_MS },
  { label: '8 hours', ms: 8 * HOUR_MS },
  { label: '1 day', ms: 24 * HOUR_MS },
  { label: '1 week', ms: 168 * HOUR_MS },
  { label: 'For ever', ms: null },
] as const;

type Props = {
  muted: FailureCare['muted'];
  isMuted: boolean;
  why: string | null;
  isPending: boolean;
  onChange(action: FailureAction): void;
};

/** Out of the list for a time, or for ever. */
export function MuteMenu({ muted, isMuted, why, isPending, onChange }: Props) {
  if (isMuted && muted)
    return (
      <Button blockedBecause={why} disabled={isPending} onClick={() => onChange({ action: 'unmute' })}>
        <Bell size={13} aria-hidden /> Unmute
      </Button>
    );
  if (why !== null)
    return (
      <Button blockedBecause={why}>
        <BellOff size={13} aria-hidden /> Mute
      </Button>
    );
  return (
    <Menu
      trigger={
        <Button disabled={isPending}>
          <BellOff size={13} aria-hidden /> Mute
        </Button>
      }
    >
      <MenuLabel>Mute for</MenuLabel>
      {TIMES.map(({ label, ms }) => (
        <MenuItem
          key={label}
          onSelect={() => onChange({ action: 'mute', ...(ms === null ? {} : { until: Date.now() + ms }) })}
        >
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}

'use client';
import { Brush, CalendarPlus, ChevronDown, Gauge, Skull, Waves } from 'lucide-react';
import { useState } from 'react';
import type { Queue } from '@/lib/domain/queue';
import { SchedulerDialog } from '../schedulers/scheduler-dialog';
import { Button } from '../ui/button';
import { Menu, MenuItem, MenuLine } from '../ui/menu';
import { ClearDialog } from './clear-dialog';
import { LimitsDialog } from './limits-dialog';

type Open = 'clean' | 'drain' | 'obliterate' | 'limits' | 'scheduler';

/** What can be done to a queue as a whole. The dialogs say why not, where it is not possible. */
export function QueueMenu({ queue }: { queue: Queue }) {
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Menu
        trigger={
          <Button>
            More <ChevronDown size={13} aria-hidden />
          </Button>
        }
      >
        <MenuItem onSelect={() => setOpen('limits')}>
          <Gauge size={14} aria-hidden /> Limits…
        </MenuItem>
        <MenuItem onSelect={() => setOpen('scheduler')}>
          <CalendarPlus size={14} aria-hidden /> Add scheduler…
        </MenuItem>
        <MenuLine />
        <MenuItem onSelect={() => setOpen('clean')}>
          <Brush size={14} aria-hidden /> Clean by age…
        </MenuItem>
        <MenuItem isDanger onSelect={() => setOpen('drain')}>
          <Waves size={14} aria-hidden /> Drain…
        </MenuItem>
        <MenuItem isDanger onSelect={() => setOpen('obliterate')}>
          <Skull size={14} aria-hidden /> Obliterate…
        </MenuItem>
      </Menu>
      {open === 'limits' && <LimitsDialog queue={queue} onClose={close} />}
      {open === 'scheduler' && <SchedulerDialog queue={queue} onClose={close} />}
      {(open === 'clean' || open === 'drain' || open === 'obliterate') && (
        <ClearDialog queues={[queue]} what={open} onClose={close} />
      )}
    </>
  );
}

'use client';
import { ChevronDown, Mail, Send, Skull, Waves } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { Queue } from '@/lib/domain/queue';
import { jobsHref } from '../format/hrefs';
import { useWhyNotAct } from '../live/use-why-not-act';
import { Button } from '../ui/button';
import { Menu, MenuItem } from '../ui/menu';
import { PublishDialog } from './publish-dialog';
import { TakeAwayDialog } from './take-away-dialog';

/** What can be done with a queue of messages as a whole. */
export function MessageActions({ queue, isInside }: { queue: Queue; isInside: boolean }) {
  const [open, setOpen] = useState<'publish' | 'purge' | 'delete' | null>(null);
  const why = useWhyNotAct(queue, 'publish');
  return (
    <>
      {!isInside && (
        <Button asChild>
          <Link href={jobsHref(queue.key, { state: 'waiting' })}>
            <Mail size={14} aria-hidden /> Messages
          </Link>
        </Button>
      )}
      <Button variant="primary" blockedBecause={why} onClick={() => setOpen('publish')}>
        <Send size={14} aria-hidden /> Publish
      </Button>
      <Menu
        trigger={
          <Button>
            More <ChevronDown size={13} aria-hidden />
          </Button>
        }
      >
        <MenuItem isDanger onSelect={() => setOpen('purge')}>
          <Waves size={14} aria-hidden /> Purge…
        </MenuItem>
        <MenuItem isDanger onSelect={() => setOpen('delete')}>
          <Skull size={14} aria-hidden /> Delete queue…
        </MenuItem>
      </Menu>
      {open === 'publish' && <PublishDialog queue={queue} onClose={() => setOpen(null)} />}
      {(open === 'purge' || open === 'delete') && (
        <TakeAwayDialog queue={queue} what={open} onClose={() => setOpen(null)} />
      )}
    </>
  );
}

'use client';
import { CalendarClock } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState, type FormEvent } from 'react';
import { fromInput, toInput } from '../charts/local-time';
import { usePreferences } from '../shell/preferences';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';

type Props = { at: number | null; onJump(at: number): void };

/** Goes to the page that begins at a time. */
export function TimeJump({ at, onJump }: Props) {
  const { zone } = usePreferences();
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const open = (next: boolean) => {
    if (next) setText(toInput(at ?? Date.now(), zone));
    setOpen(next);
  };
  const time = fromInput(text, zone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (time === null) return;
    onJump(time);
    setOpen(false);
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={open}>
      <Popover.Trigger asChild>
        <Button size="sm" variant="ghost" aria-label="Go to a time" title="Go to a time">
          <CalendarClock size={13} aria-hidden /> <span className="max-sm:hidden">Time</span>
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Go to a time"
          className="pop z-50 w-64 rounded-lg border border-line-strong bg-raised p-3 shadow-pop"
        >
          <form onSubmit={submit} className="flex flex-col gap-2">
            <TextField
              label="Go to"
              type="datetime-local"
              step={1}
              value={text}
              onChange={(event) => setText(event.target.value)}
              hint={zone === 'utc' ? 'UTC' : 'Your time zone'}
            />
            <Button
              type="submit"
              variant="primary"
              className="self-end"
              blockedBecause={time === null ? 'Enter a date and a time.' : null}
            >
              Go
            </Button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

'use client';
import { CalendarRange } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState, type FormEvent } from 'react';
import { usePreferences } from '../shell/preferences';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { fromInput, toInput } from './local-time';
import { LONGEST_MS, SHORTEST_MS, type Bounds } from './range';

type Props = { bounds(): Bounds; label: string; isOn: boolean; onChoose(bounds: Bounds): void };

/** A range from one moment to another, entered. */
export function FreeRange({ bounds, label, isOn, onChoose }: Props) {
  const { zone } = usePreferences();
  const [isOpen, setOpen] = useState(false);
  const [start, setStart] = useState('');
  const [end, setEnd] = useState('');
  const open = (next: boolean) => {
    const { from, to } = bounds();
    setStart(toInput(from, zone));
    setEnd(toInput(to, zone));
    setOpen(next);
  };
  const [from, to] = [fromInput(start, zone), fromInput(end, zone)];
  const problem = problemOf(from, to);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem !== undefined || from === null || to === null) return;
    onChoose({ from, to });
    setOpen(false);
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={open}>
      <Popover.Trigger asChild>
        <Button className={isOn ? 'border-accent! text-accent' : 'text-xs text-ink-2'}>
          <CalendarRange size={13} aria-hidden /> {label}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Free range"
          className="pop z-50 w-72 rounded-lg border border-line-strong bg-raised p-3 shadow-pop"
        >
          <form onSubmit={submit} className="flex flex-col gap-2">
            <TextField
              label="From"
              type="datetime-local"
              step={1}
              value={start}
              onChange={(event) => setStart(event.target.value)}
            />
            <TextField
              label="To"
              type="datetime-local"
              step={1}
              value={end}
              onChange={(event) => setEnd(event.target.value)}
              error={problem}
              hint={zone === 'utc' ? 'UTC' : 'Your time zone'}
            />
            <Button type="submit" variant="primary" className="self-end" blockedBecause={problem}>
              Show
            </Button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function problemOf(from: number | null, to: number | null): string | undefined {
  if (from === null || to === null) return 'Both ends need a date and a time.';
  if (to <= from) return 'The end must be later than the start.';
  if (to - from < SHORTEST_MS) return 'At least 10 seconds can be shown.';
  if (to - from > LONGEST_MS) return 'At most 400 days can be shown.';
  return undefined;
}

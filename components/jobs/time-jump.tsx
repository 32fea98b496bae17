'use client';
import { CalendarClock } from 'lucide-react';
import { useState } from 'react';
import { fromInput, toInput } from '../charts/local-time';
import { usePreferences } from '../shell/preferences';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { FormPopover } from '../ui/form-popover';

type Props = { at: number | null; onJump(at: number): void };

/** Goes to the page that begins at a time. */
export function TimeJump({ at, onJump }: Props) {
  const { zone } = usePreferences();
  const [text, setText] = useState('');
  const time = fromInput(text, zone);
  return (
    <FormPopover
      label="Go to a time"
      submitLabel="Go"
      problem={time === null ? 'Enter a date and a time.' : null}
      onOpen={() => setText(toInput(at ?? Date.now(), zone))}
      onSubmit={() => time !== null && onJump(time)}
      trigger={
        <Button size="sm" variant="ghost" aria-label="Go to a time" title="Go to a time">
          <CalendarClock size={13} aria-hidden /> <span className="max-sm:hidden">Time</span>
        </Button>
      }
    >
      <TextField
        label="Go to"
        type="datetime-local"
        step={1}
        value={text}
        onChange={(event) => setText(event.target.value)}
        hint={zone === 'utc' ? 'UTC' : 'Your time zone'}
      />
    </FormPopover>
  );
}

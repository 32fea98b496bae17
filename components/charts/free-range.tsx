'use client';
import { CalendarRange } from 'lucide-react';
import { useState } from 'react';
import { usePreferences } from '../shell/preferences';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { FormPopover } from '../ui/form-popover';
import { fromInput, toInput } from './local-time';
import { LONGEST_MS, SHORTEST_MS, type Bounds } from './range';

type Props = { bounds(): Bounds; label: string; isOn: boolean; onChoose(bounds: Bounds): void };

/** A range from one moment to another, entered. */
export function FreeRange({ bounds, label, isOn, onChoose }: Props) {
  const { zone } = usePreferences();
  const [start, setStart] = useState('');
  const [end, setEnd] = useState('');
  const [from, to] = [fromInput(start, zone), fromInput(end, zone)];
  const problem = problemOf(from, to);
  const fill = () => {
    const shown = bounds();
    setStart(toInput(shown.from, zone));
    setEnd(toInput(shown.to, zone));
  };
  return (
    <FormPopover
      label="Free range"
      submitLabel="Show"
      className="w-72"
      problem={problem ?? null}
      onOpen={fill}
      onSubmit={() => from !== null && to !== null && onChoose({ from, to })}
      trigger={
        <Button className={isOn ? 'border-accent! text-accent' : 'text-xs text-ink-2'}>
          <CalendarRange size={13} aria-hidden /> {label}
        </Button>
      }
    >
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
    </FormPopover>
  );
}

function problemOf(from: number | null, to: number | null): string | undefined {
  if (from === null || to === null) return 'Both ends need a date and a time.';
  if (to <= from) return 'The end must be later than the start.';
  if (to - from < SHORTEST_MS) return 'At least 10 seconds can be shown.';
  if (to - from > LONGEST_MS) return 'At most 400 days can be shown.';
  return undefined;
}

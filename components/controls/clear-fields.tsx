'use client';
import { CLEANABLE_STATES, type CleanableState, type Clearing } from '@/lib/domain/control';
import { COUNT_KEYS, type Queue } from '@/lib/domain/queue';
import { formatCount } from '../format/number';
import { CheckBox } from '../ui/checkbox';
import { SelectField, TextField } from '../ui/field';

const UNIT_MS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

export type ClearFieldValues = {
  state: CleanableState;
  age: string;
  unit: keyof typeof UNIT_MS;
  delayed: boolean;
  force: boolean;
};
export const EMPTY_CLEAR: ClearFieldValues = {
  state: 'completed',
  age: '24',
  unit: 'hours',
  delayed: false,
  force: false,
};

/** What the form asks for, or what is wrong with it. */
export function toClearing(
  what: Clearing['what'],
  { state, age, unit, delayed, force }: ClearFieldValues,
): { clearing: Clearing; error: null } | { clearing: null; error: string } {
  if (what === 'drain') return { clearing: { what, delayed }, error: null };
  if (what === 'obliterate') return { clearing: { what, force }, error: null };
  const number = age.trim() === '' ? NaN : Number(age);
  if (!(number >= 0) || number * UNIT_MS[unit] > 3_162_240_000_000)
    return { clearing: null, error: 'How old must a job be? Give a number from 0 on.' };
  return { clearing: { what, state, olderThanMs: Math.round(number * UNIT_MS[unit]) }, error: null };
}

type Props = {
  what: Clearing['what'];
  queues: readonly Queue[];
  values: ClearFieldValues;
  error: string | null;
  onChange(values: ClearFieldValues): void;
};

export function ClearFields({ what, queues, values, error, onChange }: Props) {
  if (what === 'drain')
    return (
      <Choice
        label="Also jobs that are put off (delayed, and waiting for another attempt)"
        checked={values.delayed}
        onToggle={() => onChange({ ...values, delayed: !values.delayed })}
      />
    );
  if (what === 'obliterate')
    return (
      <Choice
        label="Even while jobs are being worked on: their workers fail when they finish"
        checked={values.force}
        onToggle={() => onChange({ ...values, force: !values.force })}
      />
    );
  const countOf = (state: CleanableState) => {
    const counts = queues.map((queue) => queue.counts[COUNT_KEYS[state]]);
    return counts.some((count) => count === null) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  };
  return (
    <div className="grid grid-cols-[1fr_5rem_7rem] gap-3">
      <SelectField
        label="Jobs that are"
        value={values.state}
        onChange={({ target }) => onChange({ ...values, state: target.value as CleanableState })}
      >
        {CLEANABLE_STATES.filter((state) => countOf(state) !== null).map((state) => (
          <option key={state} value={state}>
            {state} ({formatCount(countOf(state))})
          </option>
        ))}
      </SelectField>
      <TextField
        label="older than"
        inputMode="decimal"
        value={values.age}
        error={error ?? undefined}
        onChange={({ target }) => onChange({ ...values, age: target.value })}
      />
      <SelectField
        label="unit"
        value={values.unit}
        onChange={({ target }) => onChange({ ...values, unit: target.value as ClearFieldValues['unit'] })}
      >
        {Object.keys(UNIT_MS).map((unit) => (
          <option key={unit}>{unit}</option>
        ))}
      </SelectField>
    </div>
  );
}

function Choice({ label, checked, onToggle }: { label: string; checked: boolean; onToggle(): void }) {
  return (
    <div className="flex items-center gap-2 text-sm">
      <CheckBox checked={checked} label={label} onToggle={onToggle} />
      <span aria-hidden onClick={onToggle} className="cursor-pointer">
        {label}
      </span>
    </div>
  );
}

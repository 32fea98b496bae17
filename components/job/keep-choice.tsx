import { SelectField, TextField } from '../ui/field';
import type { KeepMode } from './add-job-body';

const KEEP_WORDS: Record<KeepMode, string> = {
  default: 'as the queue’s default',
  all: 'keep it',
  none: 'remove it',
  count: 'keep the newest …',
  hours: 'keep it for … hours',
  both: 'keep the newest … for … hours',
};

type Input = {
  name: string;
  value: string;
  error: string | undefined;
  onChange(event: { target: { value: string } }): void;
};
type Props = { label: string; mode: KeepMode; onMode(mode: KeepMode): void; count: Input; hours: Input };

/** What becomes of a job that has ended: by number, by age, or by both. */
export function KeepChoice({ label, mode, onMode, count, hours }: Props) {
  return (
    <div className="flex items-end gap-2">
      <SelectField label={label} value={mode} onChange={(event) => onMode(event.target.value as KeepMode)}>
        {Object.entries(KEEP_WORDS).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </SelectField>
      {(mode === 'count' || mode === 'both') && (
        <TextField label="jobs" className="w-20" inputMode="numeric" {...count} />
      )}
      {(mode === 'hours' || mode === 'both') && (
        <TextField label="hours" className="w-20" inputMode="decimal" {...hours} />
      )}
    </div>
  );
}

'use client';
import { OUTCOMES } from '@/lib/domain/audit';
import { FreeRange } from '../charts/free-range';
import { formatClock } from '../format/time';
import { useNow } from '../live/use-now';
import { usePreferences } from '../shell/preferences';
import { Button } from '../ui/button';
import { filterTerms, type AuditFilterParams } from './audit-filter';

const DAY_MS = 86_400_000;
const BOX = 'h-7 min-w-0 rounded-md border border-line-strong bg-panel px-2 text-xs';
const FIELDS = [
  { name: 'actor', label: 'Who', hint: 'mail or token' },
  { name: 'action', label: 'What', hint: 'retry, pause…' },
  { name: 'target', label: 'To what', hint: 'queue or job id' },
] as const;

type Props = { filter: AuditFilterParams; onChange(change: Partial<AuditFilterParams> | null): unknown };

/** Narrows the log: by person, action, target, outcome and time. */
export function AuditFilterBar({ filter, onChange }: Props) {
  const { zone } = usePreferences();
  const now = useNow();
  const bounds = { from: filter.from ?? now - DAY_MS, to: filter.to ?? now };
  const clock = (at: number) => formatClock(at, now, { zone });
  const isTimed = filter.from !== null || filter.to !== null;
  return (
    <form
      role="search"
      aria-label="Narrow the log"
      className="flex flex-wrap items-center gap-2"
      onSubmit={(event) => event.preventDefault()}
    >
      {FIELDS.map(({ name, label, hint }) => (
        <label key={name} className="flex items-center gap-1.5 text-xs text-ink-2 max-sm:w-full">
          <span className="max-sm:w-16">{label}</span>
          <input
            className={`${BOX} w-36 max-sm:flex-1`}
            value={filter[name] ?? ''}
            placeholder={hint}
            maxLength={200}
            spellCheck={false}
            onChange={(event) => void onChange({ [name]: event.target.value || null })}
          />
        </label>
      ))}
      <label className="flex items-center gap-1.5 text-xs text-ink-2">
        Outcome
        <select
          className={BOX}
          value={filter.outcome ?? ''}
          onChange={(event) => void onChange({ outcome: OUTCOMES.find((one) => one === event.target.value) ?? null })}
        >
          <option value="">any</option>
          {OUTCOMES.map((outcome) => (
            <option key={outcome}>{outcome}</option>
          ))}
        </select>
      </label>
      <FreeRange
        bounds={() => bounds}
        label={isTimed ? `${clock(bounds.from)} – ${clock(bounds.to)}` : 'Any time'}
        isOn={isTimed}
        onChoose={(range) => void onChange(range)}
      />
      {Object.keys(filterTerms(filter)).length > 0 && (
        <Button variant="ghost" onClick={() => void onChange(null)}>
          Clear
        </Button>
      )}
    </form>
  );
}

'use client';
import { DEFAULT_PACE } from '@/lib/domain/pace';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/number';
import { Segmented } from '../ui/segmented';

const PACES = ['50', String(DEFAULT_PACE), '5000', 'none'] as const;
type Choice = (typeof PACES)[number];

type Props = { pace: number | null; count: number | null; onChange(pace: number | null): void };

/** How fast: a default that no broker and no worker notices, and as fast as it goes only where it is asked for. */
export function PaceChoice({ pace, count, onChange }: Props) {
  const value: Choice | null = pace === null ? 'none' : (PACES.find((one) => one === String(pace)) ?? null);
  const lasts = count !== null && pace !== null ? formatDuration(Math.ceil(count / pace) * 1_000) : null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="label w-16">Pace</span>
      <Segmented
        label="Pace"
        value={value}
        options={[
          { value: '50', label: '50/s' },
          { value: '500', label: '500/s' },
          { value: '5000', label: `${formatCount(5_000)}/s` },
          { value: 'none', label: 'No limit', hint: 'As fast as the broker takes them; other clients may feel it' },
        ]}
        onChange={(next) => onChange(next === 'none' ? null : Number(next))}
      />
      <span className="text-xs text-ink-3">
        {lasts === null ? 'other clients may feel it' : `takes about ${lasts}`}
      </span>
    </div>
  );
}

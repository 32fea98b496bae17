'use client';
import type { CanaryPlan } from '@/lib/domain/operation';
import { CheckBox } from '../ui/checkbox';

export const USUAL_CANARY: CanaryPlan = { size: 10, minSuccess: 0.8, timeoutMs: 60_000 };
const NUMBER = 'h-6 w-14 rounded-md border border-line-strong bg-bg px-1.5 text-right text-xs';

type Props = { canary: CanaryPlan | null; onChange(canary: CanaryPlan | null): void };

/** A few first: the rest follows only when enough of them succeed. */
export function CanaryChoice({ canary, onChange }: Props) {
  const plan = canary ?? USUAL_CANARY;
  const number = (label: string, value: number, max: number, change: (value: number) => Partial<CanaryPlan>) => (
    <input
      type="number"
      aria-label={label}
      className={NUMBER}
      min={1}
      max={max}
      value={value}
      disabled={canary === null}
      onChange={(event) => {
        const next = Math.min(max, Math.max(1, Math.round(Number(event.target.value))));
        if (Number.isFinite(next)) onChange({ ...plan, ...change(next) });
      }}
    />
  );
  return (
    <div className="flex flex-wrap items-center gap-x-1.5 gap-y-1 text-sm">
      <span className="label mr-1.5 w-16">Canary</span>
      <CheckBox
        checked={canary !== null}
        label="Try a few first"
        onToggle={() => onChange(canary === null ? USUAL_CANARY : null)}
      />
      <span className={canary === null ? 'text-ink-3' : ''}>
        {number('Jobs to try first', plan.size, 100, (size) => ({ size }))} first; go on if{' '}
        {number('Share that must succeed, in percent', Math.round(plan.minSuccess * 100), 100, (percent) => ({
          minSuccess: percent / 100,
        }))}{' '}
        % succeed within{' '}
        {number('Seconds to wait', Math.round(plan.timeoutMs / 1_000), 3_600, (seconds) => ({
          timeoutMs: seconds * 1_000,
        }))}{' '}
        s
      </span>
    </div>
  );
}

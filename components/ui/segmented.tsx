'use client';
import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';

type Props<T extends string> = {
  label: string;
  value: T | null;
  options: readonly { value: T; label: ReactNode; hint?: string }[];
  onChange(value: T): void;
};

/** One choice out of a few, all of them visible. */
export function Segmented<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value ?? ''}
      onValueChange={(next) => next !== '' && onChange(next as T)}
      className="inline-flex h-7 shrink-0 items-center rounded-md border border-line-strong bg-panel p-0.5"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          title={option.hint}
          className="h-full rounded-[4px] px-2 text-xs whitespace-nowrap text-ink-2 hover:text-ink data-[state=on]:bg-accent-soft data-[state=on]:font-medium data-[state=on]:text-accent"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}

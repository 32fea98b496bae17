'use client';
import type { MouseEvent } from 'react';
import { Checkbox } from 'radix-ui';
import { Check, Minus } from 'lucide-react';

type Props = {
  checked: boolean | 'indeterminate';
  label: string;
  /** With the mouse event, so that a list can extend a selection while Shift is held. */
  onToggle(event: MouseEvent): void;
};

export function CheckBox({ checked, label, onToggle }: Props) {
  return (
    <Checkbox.Root
      checked={checked}
      onClick={onToggle}
      aria-label={label}
      className="grid size-4 place-items-center rounded-sm border border-line-strong bg-panel text-accent-ink data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent"
    >
      <Checkbox.Indicator>
        {checked === 'indeterminate' ? <Minus size={12} strokeWidth={3} /> : <Check size={12} strokeWidth={3} />}
      </Checkbox.Indicator>
    </Checkbox.Root>
  );
}

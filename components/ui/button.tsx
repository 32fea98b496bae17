'use client';
import type { ComponentProps } from 'react';
import { Slot } from 'radix-ui';
import { cn } from './cn';
import { Tip } from './tooltip';

const VARIANTS = {
  primary: 'bg-accent text-accent-ink border-transparent hover:brightness-110 font-medium',
  plain: 'bg-raised text-ink border-line-strong hover:bg-hover',
  ghost: 'border-transparent text-ink-2 hover:bg-hover hover:text-ink',
  danger: 'bg-crit-solid text-white border-transparent hover:brightness-110 font-medium',
  dangerGhost: 'bg-raised border-line-strong text-crit hover:bg-crit-soft',
} as const;
const SIZES = {
  sm: 'h-6 px-2 text-xs gap-1',
  md: 'h-7 px-2.5 text-sm gap-1.5',
  lg: 'h-9 px-3.5 text-base gap-2',
  icon: 'size-7 justify-center',
} as const;

export type ButtonProps = ComponentProps<'button'> & {
  variant?: keyof typeof VARIANTS;
  size?: keyof typeof SIZES;
  asChild?: boolean;
  /** Why the button does nothing now: it stays focusable, and says this on hover and focus. */
  blockedBecause?: string | null | undefined;
};

export function Button({
  variant = 'plain',
  size = 'md',
  asChild,
  blockedBecause,
  className,
  onClick,
  ...rest
}: ButtonProps) {
  const Tag = asChild ? Slot.Root : 'button';
  const isBlocked = Boolean(blockedBecause);
  const button = (
    <Tag
      {...(asChild ? {} : { type: 'button' as const })}
      {...rest}
      {...(isBlocked ? { 'aria-disabled': true } : {})}
      onClick={isBlocked ? (event) => event.preventDefault() : onClick}
      className={cn(
        'inline-flex shrink-0 items-center rounded-md border whitespace-nowrap select-none transition-colors',
        'disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50',
        VARIANTS[variant],
        SIZES[size],
        className,
      )}
    />
  );
  return blockedBecause ? <Tip text={blockedBecause}>{button}</Tip> : button;
}

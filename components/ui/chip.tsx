import type { ReactNode } from 'react';
import { cn } from './cn';

const TONES = {
  plain: 'border-line-strong text-ink-2',
  accent: 'border-transparent bg-accent-soft text-accent',
  info: 'border-transparent bg-info-soft text-info',
  warn: 'border-transparent bg-warn-soft text-warn',
  crit: 'border-transparent bg-crit-soft text-crit',
  solid: 'border-transparent bg-crit-solid text-white font-semibold',
} as const;

/** A short word that classifies what stands beside it. */
export function Chip({
  tone = 'plain',
  children,
  className,
}: {
  tone?: keyof typeof TONES;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span
      className={cn(
        'inline-flex h-[18px] shrink-0 items-center gap-1 rounded-sm border px-1.5 text-2xs whitespace-nowrap',
        TONES[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

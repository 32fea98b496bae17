'use client';
import { formatExact, formatRelative } from '../format/time';
import { useNow } from '../live/use-now';
import { usePreferences } from './preferences';

/** How long something has been so: `for 25 m`, the exact start on hover. */
export function Lasting({ since, className }: { since: number; className?: string }) {
  const now = useNow();
  const { zone } = usePreferences();
  if (now === 0) return null;
  const text = formatRelative(Math.min(since, now), now);
  return (
    <span title={`since ${formatExact(since, { zone })}`} className={className}>
      {text === 'just now' ? 'just now' : `for ${text.replace(/ ago$/, '')}`}
    </span>
  );
}

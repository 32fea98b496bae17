'use client';
import { formatClock, formatExact, formatRelative } from '../format/time';
import { useNow } from '../live/use-now';
import { usePreferences } from './preferences';

type Props = { at: number | null; className?: string };

/** `12 s ago`, the exact time on hover. */
export function Ago({ at, className }: Props) {
  const now = useNow();
  const { zone } = usePreferences();
  if (at === null || now === 0) return <span className={className}>–</span>;
  return (
    <time dateTime={iso(at)} title={formatExact(at, { zone })} className={className} suppressHydrationWarning>
      {formatRelative(at, now)}
    </time>
  );
}

/** The time of day (and the date when it is another day), all of it on hover. */
export function Clock({ at, className }: Props) {
  const now = useNow();
  const { zone } = usePreferences();
  if (at === null || now === 0) return <span className={className}>–</span>;
  return (
    <time
      dateTime={iso(at)}
      title={`${formatExact(at, { zone })} · ${formatRelative(at, now)}`}
      className={className}
      suppressHydrationWarning
    >
      {formatClock(at, now, { zone })}
    </time>
  );
}

/** Job times are hostile too: a number that is no date must not throw. */
function iso(at: number): string | undefined {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

'use client';
import { useNow } from '../live/use-now';
import { usePreferences } from '../shell/preferences';
import { Clock } from '../shell/time';
import { timesWithoutZone } from './search-times';

/** Says when the times of a search are in the viewer's zone, since they are UTC unless it says otherwise. */
export function SearchTimesNote({ text }: { text: string }) {
  const now = useNow();
  const { zone } = usePreferences();
  const times = now === 0 ? [] : timesWithoutZone(text, now);
  const [first] = times;
  if (zone === 'utc' || first === undefined || new Date(first).getTimezoneOffset() === 0) return null;
  return (
    <p className="pt-1.5 text-xs text-ink-2">
      Times in a search are UTC, the same for everybody who opens its address: in your time zone{' '}
      {times.map((at, index) => (
        <span key={at}>
          {index > 0 && ' to '}
          <Clock at={at} className="font-medium" />
        </span>
      ))}
      . Else give a zone, as in {zoneExample(first)}.
    </p>
  );
}

function zoneExample(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return `10:30${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

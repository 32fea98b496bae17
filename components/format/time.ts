import { formatDuration } from './duration';
import { UNKNOWN } from './number';

/** Which clock absolute times are shown in. */
export type TimeZoneChoice = 'local' | 'utc';

type Context = { zone: TimeZoneChoice; locale?: string };

function zoneOption(zone: TimeZoneChoice): { timeZone?: string } {
  return zone === 'utc' ? { timeZone: 'UTC' } : {};
}

/** `12 s ago`, `in 3 m`; `just now` within a second. Both in ms since the epoch. */
export function formatRelative(at: number | null, now: number): string {
  if (at === null) return UNKNOWN;
  const distance = now - at;
  if (Math.abs(distance) < 1000) return 'just now';
  // One unit is enough for an age, the exact time is a hover away.
  const [whole, unit] = formatDuration(Math.round(Math.abs(distance) / 1000) * 1000).split(' ');
  const text = `${whole?.replace(/\.0$/, '')} ${unit}`;
  return distance >= 0 ? `${text} ago` : `in ${text}`;
}

/** Date and time to the millisecond with the zone's name, for tooltips and detail views. */
export function formatExact(at: number | null, { zone, locale }: Context): string {
  if (at === null) return 'unknown';
  return new Date(at).toLocaleString(locale, {
    year: 'numeric',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    timeZoneName: 'short',
    ...zoneOption(zone),
  });
}

/** Time of day; the date is put before it when it is not today. */
export function formatClock(at: number | null, now: number, { zone, locale }: Context): string {
  if (at === null) return UNKNOWN;
  const date = new Date(at);
  const time = date.toLocaleTimeString(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...zoneOption(zone),
  });
  const day = (value: Date) =>
    value.toLocaleDateString(locale, { month: 'short', day: '2-digit', ...zoneOption(zone) });
  return day(date) === day(new Date(now)) ? time : `${day(date)} ${time}`;
}

/** Ranges longer than this have one tick a day at most. */
const MIDNIGHTS_MS = 7 * 86_400_000;

/** Label of a chart's time axis: seconds only where ticks are closer than a minute, the day for ranges over a day. */
export function formatTick(at: number, rangeMs: number, { zone, locale }: Context): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString(locale, {
    hour: '2-digit',
    minute: '2-digit',
    ...(rangeMs < 5 * 60_000 ? { second: '2-digit' as const } : {}),
    hourCycle: 'h23',
    ...zoneOption(zone),
  });
  if (rangeMs <= 24 * 3_600_000) return time;
  const day = date.toLocaleDateString(locale, { month: 'short', day: 'numeric', ...zoneOption(zone) });
  // Ticks of weeks and more all are midnights.
  return rangeMs > MIDNIGHTS_MS ? day : `${day} ${time}`;
}

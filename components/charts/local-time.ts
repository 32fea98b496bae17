import type { TimeZoneChoice } from '../format/time';

/** A moment (ms since the epoch) as `<input type="datetime-local">` wants it, on the clock that is shown. */
export function toInput(at: number, zone: TimeZoneChoice): string {
  const offsetMs = zone === 'utc' ? 0 : new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - offsetMs).toISOString().slice(0, 19);
}

/** What was entered there, ms since the epoch; `null` when it is no time. */
export function fromInput(text: string, zone: TimeZoneChoice): number | null {
  const at = Date.parse(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(at) ? null : at;
}

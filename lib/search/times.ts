/** A stretch of time that a text stands for: a day, a minute, a second or a millisecond. ms since the epoch, `to` exclusive. */
export type TimeSpan = { from: number; to: number };

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * `2026-11-24`, `2026-11-24T10:30`, `…:15`, `…:15.250`, each with `Z` or `+02:00`; `10:30` is today; `today`, `yesterday`; a
 * number of 13 digits is ms since the epoch. Without a zone times are UTC, so that an address means the same to everybody.
 */
export function parseTime(text: string, now: number): TimeSpan | null {
  const word = text.toLowerCase();
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  if (word === 'today') return span(today, DAY_MS);
  if (word === 'yesterday') return span(today - DAY_MS, DAY_MS);
  if (/^\d{13}$/.test(text)) return span(Number(text), 1);
  if (/^\d{1,2}:\d{2}/.test(text)) {
    const clock = text.indexOf(':') === 1 ? `0${text}` : text;
    return parseTime(`${new Date(today).toISOString().slice(0, 10)}T${clock}`, now);
  }
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2})?(\.\d{1,3})?)?([Zz]|[+-]\d{2}:\d{2})?$/.exec(text);
  if (!parts) return null;
  const [, date = '', minute, second, fraction, zone = 'Z'] = parts;
  if (fraction !== undefined && second === undefined) return null;
  const from = Date.parse(`${date}T${minute ?? '00:00'}${second ?? ':00'}${fraction ?? ''}${zone.toUpperCase()}`);
  // A day such as February 30 is moved on by some parsers.
  if (Number.isNaN(from) || Number.isNaN(Date.parse(date)) || new Date(date).toISOString().slice(0, 10) !== date)
    return null;
  return span(
    from,
    fraction !== undefined ? 1 : second !== undefined ? 1_000 : minute !== undefined ? MINUTE_MS : DAY_MS,
  );
}

function span(from: number, length: number): TimeSpan {
  return { from, to: from + length };
}

const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

const MS_PER_SECOND = 1_000;
const MS_PER_MINUTE = 60 * MS_PER_SECOND;
const MS_PER_HOUR = 60 * MS_PER_MINUTE;
const MS_PER_DAY = 24 * MS_PER_HOUR;

/** A number for a sentence: `12,345`; at most two decimals. */
export function numberWords(value: number): string {
  // The formatter is slow, and thousands of sentences may be made a second.
  if (Number.isInteger(value) && value >= 0 && value < 1_000) return String(value);
  return numbers.format(value);
}

/** A count with its noun: `1 job`, `1,200 jobs`. */
export function countWords(count: number, noun: string): string {
  return `${numberWords(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A duration in ms in its two largest units: `450 ms`, `12 s`, `4 min`, `2 h 5 min`, `3 d 4 h`. */
export function durationWords(ms: number): string {
  if (ms < MS_PER_SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 2 * MS_PER_MINUTE) return `${Math.round(ms / MS_PER_SECOND)} s`;
  if (ms < MS_PER_HOUR - MS_PER_MINUTE / 2) return `${Math.round(ms / MS_PER_MINUTE)} min`;
  if (ms < MS_PER_DAY - MS_PER_MINUTE / 2) return pair(Math.round(ms / MS_PER_MINUTE), 60, 'h', 'min');
  return pair(Math.round(ms / MS_PER_HOUR), 24, 'd', 'h');
}

function pair(total: number, size: number, large: string, small: string): string {
  const rest = total % size;
  const head = `${numberWords(Math.floor(total / size))} ${large}`;
  return rest === 0 ? head : `${head} ${rest} ${small}`;
}

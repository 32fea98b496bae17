const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'm', ms: 60_000 },
  { name: 's', ms: 1000 },
] as const;

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

/**
 * A duration given in ms, for screens and sentences alike, two units at most: `0 ms`, `850 ms`, `4.2 s`, `3 m 12 s`,
 * `2 d 4 h`.
 */
export function durationWords(ms: number): string {
  if (ms < 0) return `-${durationWords(-ms)}`;
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000) * 1000;
  const index = UNITS.findIndex((unit) => seconds >= unit.ms);
  const unit = UNITS[index];
  if (!unit) return `${Math.round(ms)} ms`;
  const next = UNITS[index + 1];
  const whole = Math.floor(seconds / unit.ms);
  const rest = next ? Math.floor((seconds - whole * unit.ms) / next.ms) : 0;
  return next && rest > 0 ? `${whole} ${unit.name} ${rest} ${next.name}` : `${whole} ${unit.name}`;
}

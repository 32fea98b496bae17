/** What is shown for a value that the source cannot know. */
export const UNKNOWN = '–';

/** A count in the viewer's locale: `1,234,567`; `–` when unknown. */
export function formatCount(value: number | null, locale?: string): string {
  return value === null ? UNKNOWN : value.toLocaleString(locale, { maximumFractionDigits: 0 });
}

/** A count that fits into a narrow place: `1.2M`; whole below ten thousand. */
export function formatCompact(value: number | null, locale?: string): string {
  if (value === null) return UNKNOWN;
  if (Math.abs(value) < 10_000)
    return value.toLocaleString(locale, { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });
  return value.toLocaleString(locale, { notation: 'compact', maximumFractionDigits: 1 });
}

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** A size in powers of 1024: `512 B`, `4.0 KB`, `1.9 GB`; `–` when unknown. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return UNKNOWN;
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** `1 job`, `12 jobs`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

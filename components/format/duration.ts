import { UNKNOWN } from './number';

const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'm', ms: 60_000 },
  { name: 's', ms: 1000 },
] as const;

/** A duration given in ms, two units at most: `0 ms`, `850 ms`, `4.2 s`, `3 m 12 s`, `2 d 4 h`; `–` when unknown. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return UNKNOWN;
  if (ms < 0) return `-${formatDuration(-ms)}`;
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

/** The exact form for a tooltip: `192,345 ms`. */
export function exactDuration(ms: number | null): string {
  return ms === null ? 'unknown' : `${ms.toLocaleString(undefined, { maximumFractionDigits: 3 })} ms`;
}

import { durationWords } from '@/lib/domain/words';
import { UNKNOWN } from './number';

/** A duration given in ms as everywhere else (`durationWords`); `–` when unknown. */
export function formatDuration(ms: number | null): string {
  return ms === null ? UNKNOWN : durationWords(ms);
}

/** The exact form for a tooltip: `192,345 ms`. */
export function exactDuration(ms: number | null): string {
  return ms === null ? 'unknown' : `${ms.toLocaleString(undefined, { maximumFractionDigits: 3 })} ms`;
}

import cronstrue from 'cronstrue';
import type { Schedule } from '../domain/scheduler';
import { durationWords, numberWords } from '../domain/words';

/** `Every 15 s`, `At 02:30, only on Monday`; a pattern that has no words stands for itself. */
export function scheduleWords({ pattern, everyMs }: Pick<Schedule, 'pattern' | 'everyMs'>): string {
  if (everyMs !== null) return `Every ${exactDuration(everyMs)}`;
  if (pattern === null) return 'No schedule is stored';
  try {
    return cronstrue.toString(pattern, { use24HourTimeFormat: true, verbose: false });
  } catch {
    return `By the pattern ${pattern}`;
  }
}

const UNITS = [
  { ms: 86_400_000, word: 'day' },
  { ms: 3_600_000, word: 'hour' },
  { ms: 60_000, word: 'minute' },
  { ms: 1_000, word: 'second' },
] as const;

/** An interval is a promise: it is said whole, not rounded. */
function exactDuration(ms: number): string {
  const unit = UNITS.find((one) => ms % one.ms === 0);
  if (!unit) return ms < 1_000 ? `${numberWords(ms)} ms` : `${durationWords(ms)} (${numberWords(ms)} ms)`;
  const count = ms / unit.ms;
  return count === 1 ? unit.word : `${numberWords(count)} ${unit.word}s`;
}

import { CronExpressionParser } from 'cron-parser';
import { messageOf } from '../domain/errors';

export type PatternError = { message: string; at: number | null; length: number };

const FIELDS = ['second', 'minute', 'hour', 'day of the month', 'month', 'day of the week'] as const;
const FIELD_RANGES = ['0–59', '0–59', '0–23', '1–31, or L', '1–12, or JAN–DEC', '0–7, or SUN–SAT'] as const;
const FIVE = ['*', '*', '*', '*', '*'] as const;

/**
 * What is wrong with a cron pattern, and at which of its characters; `null` when nothing is. The parser names a value,
 * not a place: so each field is tried alone, with all others left open.
 */
export function patternError(pattern: string): PatternError | null {
  const words = [...pattern.matchAll(/\S+/g)];
  const [first] = words;
  if (!first) return { message: 'A pattern has five fields, or six with seconds in front.', at: 0, length: 0 };
  if (first[0].startsWith('@')) return predefinedError(pattern, first[0], first.index);
  if (words.length < 5)
    return {
      message: `${words.length} of five fields are there: minute, hour, day of the month, month, day of the week.`,
      at: pattern.trimEnd().length,
      length: 0,
    };
  const [seventh] = words.slice(6);
  if (seventh)
    return {
      message: 'More than six fields: the libraries know no year.',
      at: seventh.index,
      length: pattern.length - seventh.index,
    };
  const names = words.length === 6 ? FIELDS : FIELDS.slice(1);
  const ranges = words.length === 6 ? FIELD_RANGES : FIELD_RANGES.slice(1);
  for (const [index, word] of words.entries()) {
    const alone = words.length === 6 ? ['0', ...FIVE] : [...FIVE];
    alone[index] = word[0];
    if (tryParse(alone.join(' ')) === null) continue;
    return {
      message: `“${word[0]}” is no ${names[index]} (${ranges[index]}, * for all, */n for every nth, a-b and a,b).`,
      at: word.index,
      length: word[0].length,
    };
  }
  const message = tryParse(pattern);
  return message === null
    ? null
    : { message: 'There is no such time: these fields never meet.', at: first.index, length: pattern.trim().length };
}

function predefinedError(pattern: string, word: string, at: number): PatternError | null {
  if (tryParse(pattern.trim()) === null) return null;
  return {
    message: `“${word}” is not known. Known are @yearly, @monthly, @weekly, @daily, @hourly, @minutely, @weekdays and @weekends.`,
    at,
    length: word.length,
  };
}

/** The parser's complaint, `null` when it has none. A pattern with no time at all is found out by asking for one. */
function tryParse(pattern: string): string | null {
  try {
    CronExpressionParser.parse(pattern, { tz: 'UTC' }).next();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

import { describe, expect, test } from 'vitest';
import { compilePattern, compileText } from '../domain/pattern';
import { fingerprintOf } from '../failures/fingerprint';
import { parseRules } from '../redact/redact-paths';
import { patternError } from '../schedules/pattern-error';
import { scheduleWords } from '../schedules/schedule-words';
import { parseDuration } from '../search/durations';
import { parseJobQuery } from '../search/parse-query';
import { parseTime } from '../search/times';

// Whatever a person or a job can say is read in a time that grows with its length and no faster.

const LONG = 50_000;
const TEXTS: readonly string[] = [
  'a'.repeat(LONG),
  `${'a'.repeat(LONG)}!`,
  '*'.repeat(LONG),
  '*a'.repeat(LONG / 2),
  '('.repeat(LONG),
  '"'.repeat(LONG),
  '\\'.repeat(LONG),
  ' '.repeat(LONG),
  `${' '.repeat(LONG)}x`,
  '1'.repeat(LONG),
  '1.'.repeat(LONG / 2),
  '0-'.repeat(LONG / 2),
  'a@'.repeat(LONG / 2),
  'a.a.a.'.repeat(LONG / 6),
  'data.'.repeat(LONG / 5),
  'https://'.repeat(LONG / 8),
  '/a'.repeat(LONG / 2),
  '\n'.repeat(LONG),
  '    at x (y:1:1)\n'.repeat(LONG / 17),
  '    at '.repeat(LONG / 7),
  `{"a":${'['.repeat(LONG)}`,
  'deadbeef-'.repeat(LONG / 9),
  '2026-11-24T'.repeat(LONG / 11),
];
const ID = { source: 'main', namespace: 'bull', name: `${'a'.repeat(2_000)}b` };

const READERS: Record<string, (text: string) => unknown> = {
  'a queue pattern': (text) => compilePattern(text)(ID),
  'a pattern over a long name': (text) => compileText('*a*a*a*a*a*b*c')(text),
  'a search': (text) => parseJobQuery(text, 0),
  'a path of a search': (text) => parseJobQuery(`data.${text}:1`, 0),
  'a duration': parseDuration,
  'a time': (text) => parseTime(text, 0),
  'a cron pattern': patternError,
  'a schedule in words': (text) => scheduleWords({ pattern: text, everyMs: null }),
  'a path of a role': (text) => parseRules([text.slice(0, 200)]),
  'a failure': (text) => fingerprintOf({ reason: text, stack: JSON.stringify([text]) }),
};

describe.each(Object.entries(READERS))('%s', (_, read) => {
  test('is read in time, whatever it is', () => {
    const slow: string[] = [];
    for (const text of TEXTS) {
      const startedAt = performance.now();
      try {
        read(text);
      } catch {
        // Refused, which is as good as read.
      }
      const ms = performance.now() - startedAt;
      if (ms > 1_000) slow.push(`${JSON.stringify(text.slice(0, 20))}: ${Math.round(ms)} ms`);
    }
    expect(slow).toEqual([]);
  }, 60_000);
});

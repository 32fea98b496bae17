import { describe, expect, test } from 'vitest';
import { bullRepeatKey, parseRepeatKey, readScheduledJobId } from './repeat-key';

const KEY = { name: 'n', jobId: null, endAt: null, tz: null, pattern: null, everyMs: null };

describe('the key of a repeatable job', () => {
  test.each([
    { key: 'n::::0 3 * * *', library: 'bull', expected: { ...KEY, pattern: '0 3 * * *' } },
    { key: 'n:::5000', library: 'bull', expected: { ...KEY, everyMs: 5000 } },
    {
      key: 'n:id:99:Europe/Berlin:0 3 * * *',
      library: 'bull',
      expected: { ...KEY, jobId: 'id', endAt: 99, tz: 'Europe/Berlin', pattern: '0 3 * * *' },
    },
    { key: 'a:b:c::::@daily', library: 'bull', expected: { ...KEY, name: 'a:b:c', pattern: '@daily' } },
    { key: 'n::::5000', library: 'bullmq', expected: { ...KEY, everyMs: 5000 } },
    { key: 'n:7:::5000', library: 'bullmq', expected: { ...KEY, jobId: '7', everyMs: 5000 } },
    { key: ':::5000', library: 'bull', expected: { ...KEY, name: '', everyMs: 5000 } },
  ] as const)('“$key” of $library is read', ({ key, library, expected }) => {
    expect(parseRepeatKey(key, library)).toEqual(expected);
    if (library === 'bull') expect(bullRepeatKey(expected)).toBe(key);
  });
  test.each(['', 'plain', 'a:b', 'a:b:c:d:', 'a:id:end:tz:* * * * *'])('“%s” is none', (key) =>
    expect(parseRepeatKey(key, 'bull')).toBeNull(),
  );
});

test.each([
  ['repeat:abc:1700000000000', { jobKey: 'abc', due: 1_700_000_000_000 }],
  ['repeat:a:b c:1700000000000', { jobKey: 'a:b c', due: 1_700_000_000_000 }],
  ['repeat:abc:soon', null],
  ['repeat:1700000000000', null],
  ['repeat::1700000000000', null],
  ['17', null],
])('the job “%s” is of %j', (jobId, expected) => expect(readScheduledJobId(jobId)).toEqual(expected));

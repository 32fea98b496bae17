import { describe, expect, test } from 'vitest';
import { formatDuration } from './duration';
import { formatBytes, formatCompact, formatCount, plural } from './number';
import { formatClock, formatExact, formatRelative, formatTick } from './time';

test('an unknown duration is not zero, a known one reads as in sentences', () =>
  expect([formatDuration(null), formatDuration(192_345)]).toEqual(['–', '3 m 12 s']));

describe('numbers', () => {
  test('unknown is not zero', () =>
    expect([formatCount(null), formatCompact(null), formatBytes(null)]).toEqual(['–', '–', '–']));
  test('counts have the locale’s separators', () => expect(formatCount(1_234_567, 'en-US')).toBe('1,234,567'));
  test('compact from ten thousand on', () =>
    expect([formatCompact(9999, 'en-US'), formatCompact(1_234_567, 'en-US'), formatCompact(0.5, 'en-US')]).toEqual([
      '9,999',
      '1.2M',
      '0.5',
    ]));
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [4096, '4.0 KB'],
    [5_242_880, '5.0 MB'],
    [150 * 1024 ** 3, '150 GB'],
  ])('%s bytes are %s', (bytes, expected) => expect(formatBytes(bytes)).toBe(expected));
  test('one job, two jobs', () => expect([plural(1, 'job'), plural(2, 'job')]).toEqual(['1 job', '2 jobs']));
});

describe('times', () => {
  const now = Date.UTC(2026, 10, 24, 3, 0, 0);
  test.each([
    [now - 300, 'just now'],
    [now - 4200, '4 s ago'],
    [now - 192_000, '3 m ago'],
    [now + 60_000, 'in 1 m'],
    [now - 90_000_000, '1 d ago'],
    [null, '–'],
  ])('%s is %s', (at, expected) => expect(formatRelative(at, now)).toBe(expected));
  test('the exact time is in the zone that was chosen', () => {
    expect(formatExact(now, { zone: 'utc', locale: 'en-GB' })).toContain('03:00:00.000');
    expect(formatExact(now, { zone: 'utc', locale: 'en-GB' })).toContain('UTC');
  });
  test('another day shows its date', () => {
    expect(formatClock(now - 60_000, now, { zone: 'utc', locale: 'en-GB' })).toBe('02:59:00');
    expect(formatClock(now - 86_400_000, now, { zone: 'utc', locale: 'en-GB' })).toBe('23 Nov 03:00:00');
  });
  test('ticks show the day in ranges over a day', () => {
    expect(formatTick(now, 3_600_000, { zone: 'utc', locale: 'en-GB' })).toBe('03:00');
    expect(formatTick(now, 3 * 86_400_000, { zone: 'utc', locale: 'en-GB' })).toBe('24 Nov 03:00');
    expect(formatTick(now, 30 * 86_400_000, { zone: 'utc', locale: 'en-GB' })).toBe('24 Nov');
  });
});

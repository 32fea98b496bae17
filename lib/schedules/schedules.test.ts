import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { isOnSchedule, nextRuns, pastRuns } from './next-runs';
import { patternError } from './pattern-error';
import { previewSchedule } from './preview';
import { scheduleWords } from './schedule-words';
import { zoneOf } from './zone';

const NONE = { pattern: null, everyMs: null, offsetMs: null, tz: null, startAt: null, endAt: null, limit: null };
const cron = (pattern: string) => ({ ...NONE, pattern });
const every = (everyMs: number, offsetMs: number | null = null) => ({ ...NONE, everyMs, offsetMs });
const iso = (times: readonly number[]) => times.map((ms) => new Date(ms).toISOString().slice(0, 16));
const at = (text: string) => Date.parse(text);

describe('the next runs of a pattern', () => {
  test.each([
    {
      because: 'Berlin in spring: 02:30 does not exist on the day and is run at 03:30',
      pattern: '30 2 * * *',
      zone: 'Europe/Berlin',
      after: '2026-03-27T12:00Z',
      expected: ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30', '2026-03-31T00:30', '2026-04-01T00:30'],
    },
    {
      because: 'Berlin in autumn: 02:30 comes twice and is run once',
      pattern: '30 2 * * *',
      zone: 'Europe/Berlin',
      after: '2026-10-23T12:00Z',
      expected: ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30', '2026-10-27T01:30', '2026-10-28T01:30'],
    },
    {
      because: 'New York in spring',
      pattern: '0 9 * * *',
      zone: 'America/New_York',
      after: '2026-03-06T20:00Z',
      expected: ['2026-03-07T14:00', '2026-03-08T13:00', '2026-03-09T13:00', '2026-03-10T13:00', '2026-03-11T13:00'],
    },
    {
      because: 'New York in autumn: the hour that comes twice has four quarters, and four more',
      pattern: '*/30 * * * *',
      zone: 'America/New_York',
      after: '2026-11-01T05:15Z',
      expected: ['2026-11-01T05:30', '2026-11-01T06:00', '2026-11-01T06:30', '2026-11-01T07:00', '2026-11-01T07:30'],
    },
  ])('$because', ({ pattern, zone, after, expected }) =>
    expect(iso(nextRuns(cron(pattern), zone, { after: at(after) }))).toEqual(expected),
  );

  const libraries = [
    { library: 'bull', parse: 'parseExpression' },
    { library: 'bullmq5', parse: 'parseExpression' },
    { library: 'bullmq', parse: 'parse' },
  ] as const;
  const patterns = [
    '30 2 * * *',
    '*/10 2 * * *',
    '0 * * * *',
    '15 1 * * *',
    '0 0 1 * *',
    '*/15 * * * * *',
    '0 12 * * 1-5',
    '0 0 * * 5L',
  ];
  test.each(libraries)('are those that the parser of $library reckons, run after run', ({ library, parse }) => {
    type Parser = Record<string, (pattern: string, options: object) => { next(): { getTime(): number } }>;
    const here = createRequire(import.meta.url);
    const module = createRequire(here.resolve(library))('cron-parser') as Parser & { CronExpressionParser: Parser };
    const owner = parse === 'parse' ? module.CronExpressionParser : module;
    for (const tz of ['Europe/Berlin', 'America/New_York', 'UTC'])
      for (const pattern of patterns)
        for (const after of ['2026-03-28T20:00Z', '2026-10-24T20:00Z', '2026-03-07T20:00Z', '2026-10-31T20:00Z'].map(
          at,
        )) {
          const theirs: number[] = [];
          for (let now = after; theirs.length < 6;) {
            now =
              owner[parse]?.(pattern, { currentDate: new Date(now), tz })
                .next()
                .getTime() ?? NaN;
            theirs.push(now);
          }
          expect(nextRuns(cron(pattern), tz, { after, count: 6 }), `${pattern} ${tz}`).toEqual(theirs);
        }
  });

  test('begin with the time that the library has stored, and end with the end date and the limit', () => {
    const now = at('2026-01-01T00:00Z');
    const first = at('2026-01-01T03:07Z');
    expect(iso(nextRuns(cron('0 * * * *'), 'UTC', { after: now, first, count: 2 }))).toEqual([
      '2026-01-01T03:07',
      '2026-01-01T04:00',
    ]);
    const endAt = at('2026-01-01T02:00Z');
    expect(nextRuns({ ...cron('0 * * * *'), endAt }, 'UTC', { after: now })).toHaveLength(2);
    expect(nextRuns(cron('0 * * * *'), 'UTC', { after: now, left: 3 })).toHaveLength(3);
    expect(nextRuns(cron('0 * * * *'), 'UTC', { after: now, left: 0 })).toEqual([]);
    const startAt = at('2026-01-05T00:00Z');
    expect(iso(nextRuns({ ...cron('0 * * * *'), startAt }, 'UTC', { after: now, count: 1 }))).toEqual([
      '2026-01-05T00:00',
    ]);
  });
});

describe('an interval', () => {
  test('without a stored time falls on its multiples, moved by the offset', () => {
    expect(nextRuns(every(1_000), 'UTC', { after: 5_400, count: 2 })).toEqual([6_000, 7_000]);
    expect(nextRuns(every(1_000, 250), 'UTC', { after: 5_400, count: 2 })).toEqual([6_250, 7_250]);
    expect(nextRuns(every(1_000, 250), 'UTC', { after: 5_100, count: 1 })).toEqual([5_250]);
  });
  test('goes on from the stored time, be it due or long past', () => {
    expect(nextRuns(every(1_000), 'UTC', { after: 5_000, first: 5_400, count: 2 })).toEqual([5_400, 6_400]);
    expect(nextRuns(every(1_000), 'UTC', { after: 9_000, first: 5_400, count: 2 })).toEqual([9_400, 10_400]);
  });
  test('goes back in time as well', () => {
    expect(pastRuns(every(1_000), 'UTC', 2_000, 5_000, 60, 400)).toEqual([2_400, 3_400, 4_400]);
    expect(pastRuns(cron('0 * * * *'), 'UTC', 0, at('2026-01-01T00:30Z'), 2, 0).map((ms) => iso([ms])[0])).toEqual([
      '2025-12-31T23:00',
      '2026-01-01T00:00',
    ]);
  });
  test('knows its own times', () => {
    expect(isOnSchedule(every(1_000), 'UTC', 3_400, 400)).toBe(true);
    expect(isOnSchedule(every(1_000), 'UTC', 3_500, 400)).toBe(false);
    expect(isOnSchedule(cron('0 2 * * *'), 'Europe/Berlin', at('2026-01-01T01:00Z'), 0)).toBe(true);
    expect(isOnSchedule(cron('0 2 * * *'), 'Europe/Berlin', at('2026-01-01T02:00Z'), 0)).toBe(false);
  });
});

describe('a pattern that is wrong', () => {
  test.each([
    { pattern: '60 * * * *', at: 0, length: 2, says: 'no minute' },
    { pattern: '0 24 * * *', at: 2, length: 2, says: 'no hour' },
    { pattern: '0  0  32 * *', at: 6, length: 2, says: 'no day of the month' },
    { pattern: '0 0 * 13 *', at: 6, length: 2, says: 'no month' },
    { pattern: '0 0 * * MOX', at: 8, length: 3, says: 'no day of the week' },
    { pattern: '61 0 0 * * *', at: 0, length: 2, says: 'no second' },
    { pattern: '* * *', at: 5, length: 0, says: '3 of five' },
    { pattern: '* * * * * * 2027', at: 12, length: 4, says: 'no year' },
    { pattern: '', at: 0, length: 0, says: 'five fields' },
    { pattern: '@often', at: 0, length: 6, says: '@daily' },
    { pattern: '0 0 31 2 *', at: 0, length: 10, says: 'never meet' },
    { pattern: '*/0 * * * *', at: 0, length: 3, says: 'no minute' },
  ])('“$pattern” is told at which character', ({ pattern, says, ...place }) => {
    const error = patternError(pattern);
    expect(error).toMatchObject(place);
    expect(error?.message).toContain(says);
  });
  test.each(['30 2 * * *', '*/15 * * * * *', '@daily', '0 9 L * *', '0 0 * JAN-MAR MON#2', '0 0 29 2 *'])(
    '“%s” is right',
    (pattern) => expect(patternError(pattern)).toBeNull(),
  );
});

test.each([
  [every(15_000), 'Every 15 seconds'],
  [every(60_000), 'Every minute'],
  [every(5_400_000), 'Every 90 minutes'],
  [every(250), 'Every 250 ms'],
  [every(1_500), 'Every 1.5 s (1,500 ms)'],
  [cron('30 2 * * 1'), 'At 02:30, only on Monday'],
  [cron('*/10 * * * * *'), 'Every 10 seconds'],
  [cron('H * * * *'), 'By the pattern H * * * *'],
  [NONE, 'No schedule is stored'],
])('%j in words: %s', (schedule, words) => expect(scheduleWords(schedule)).toBe(words));

test('the zone of a schedule without one is told from the time that was stored', () => {
  expect(zoneOf({ pattern: '0 3 * * *', tz: 'Asia/Tokyo' }, null)).toEqual({ name: 'Asia/Tokyo', isAssumed: false });
  expect(zoneOf({ pattern: '0 3 * * *', tz: null }, at('2026-07-01T03:00Z'))).toEqual({ name: 'UTC', isAssumed: true });
  expect(zoneOf({ pattern: null, tz: null }, 1)).toMatchObject({ isAssumed: false });
});

test('a preview says what will be, or what is wrong', () => {
  const now = at('2026-03-28T12:00Z');
  const good = previewSchedule({ ...cron('30 2 * * *'), tz: 'Europe/Berlin' }, now);
  expect(good).toMatchObject({ words: 'At 02:30', error: null, zone: { name: 'Europe/Berlin', isAssumed: false } });
  expect(iso(good.nextRuns.slice(0, 2))).toEqual(['2026-03-29T01:30', '2026-03-30T00:30']);
  expect(previewSchedule({ ...cron('30 2 * * *'), tz: 'Mars/Olympus' }, now).error?.message).toContain('Mars/Olympus');
  expect(previewSchedule(cron('x 2 * * *'), now).error).toMatchObject({ at: 0, length: 1 });
  expect(previewSchedule({ ...every(1_000), limit: 2 }, now).nextRuns).toHaveLength(2);
});

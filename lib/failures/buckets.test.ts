import { expect, test } from 'vitest';
import { addToBucket, chunksIn, HOURS, MINUTES, tierOf, type Bucket } from './buckets';
import { addNews, type GroupRecord } from './group-record';
import { leastWorth } from './least-worth';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test('names beyond twenty are counted together, and nothing is lost', () => {
  let bucket: Bucket = [];
  let record: GroupRecord | undefined;
  for (let n = 0; n < 100; n += 1) {
    bucket = addToBucket(bucket, `name ${n}`, n % 3, 1, 2);
    record = addNews(record, { at: n, name: `name ${n}`, failed: 1, attempts: 2, sample: `job ${n}` });
  }
  expect(new Set(bucket.map(([name]) => name)).size).toBe(21);
  expect(bucket.reduce((sum, [, , failed]) => sum + failed, 0)).toBe(100);
  expect(bucket.reduce((sum, [, , , attempts]) => sum + attempts, 0)).toBe(200);
  expect(record).toMatchObject({ first: 0, last: 99, failed: 100, attempts: 200 });
  expect(record?.names).toHaveLength(21);
  expect(record?.samples.map(([jobId]) => jobId)).toEqual(['job 99', 'job 98', 'job 97', 'job 96', 'job 95']);
});

test('a retry changes no time, and an older failure not the newest', () => {
  const record = addNews(undefined, { at: 50, name: 'a', failed: 1, attempts: 0, sample: null });
  const retried = addNews(record, { at: 90, name: null, failed: 0, attempts: 0, sample: null, retries: [1, 0, 0] });
  expect(retried).toMatchObject({ first: 50, last: 50, failed: 1, retries: [1, 0, 0] });
  const older = addNews(retried, { at: 10, name: 'a', failed: 1, attempts: 0, sample: 'x' });
  expect(older).toMatchObject({ first: 10, last: 50, failed: 2, names: [['a', 2, 0]] });
});

test('a day is read by the minute, more by the hour', () => {
  const now = 100 * DAY_MS;
  expect(tierOf(now - DAY_MS, now, now)).toBe(MINUTES);
  expect(tierOf(now - 7 * DAY_MS, now, now)).toBe(HOURS);
  expect(tierOf(now - 30 * HOUR_MS, now - 29 * HOUR_MS, now)).toBe(HOURS);
  expect(chunksIn(MINUTES, now - HOUR_MS, now)).toEqual([2399]);
  expect(chunksIn(HOURS, now - DAY_MS + 1, now + 1)).toEqual([99, 100]);
});

test('a flood gives way to what fails again and again', () => {
  const now = 100 * DAY_MS;
  const groups = [
    { group: 'often, today', lastSeen: now - HOUR_MS, count: 500 },
    { group: 'once, now', lastSeen: now, count: 1 },
    { group: 'once, an hour ago', lastSeen: now - HOUR_MS, count: 1 },
    { group: 'often, long ago', lastSeen: now - 40 * DAY_MS, count: 500 },
    { group: 'thrice, yesterday', lastSeen: now - DAY_MS, count: 3 },
  ];
  expect(leastWorth(groups, now)).toEqual(['thrice, yesterday', 'once, an hour ago', 'often, long ago']);
});

import { expect, test } from 'vitest';
import { OTHER, UNGROUPED } from '../domain/failure';
import { HOURS, MINUTES } from './buckets';
import type { StoredFailures, StoredShare } from './failure-store';
import { toFailureDetail, toFailureList } from './to-failures';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const NOW = 1_000 * HOUR_MS;

const share = (group: string, queueKey: string, over: Partial<StoredShare['record']> = {}): StoredShare => ({
  group,
  queueKey,
  record: {
    first: NOW - HOUR_MS,
    last: NOW - MINUTE_MS,
    failed: 10,
    attempts: 0,
    names: [],
    samples: [[`${queueKey}-job`, NOW - MINUTE_MS, 'send']],
    retries: [4, 2, 1],
    ...over,
  },
  // Minutes 0 and 59 of the hour before now.
  buckets: [
    {
      start: NOW - HOUR_MS,
      bucket: [
        ['send', 0, 3, 1],
        ['send', 59, 2, 0],
        [null, 59, 1, 0],
      ],
    },
  ],
});

const stored = (shares: StoredShare[]): StoredFailures => ({
  tier: MINUTES,
  kinds: new Map(
    shares.map(({ group }) => [
      group,
      { errorClass: 'Error', title: group, frame: null, lastSeen: NOW, regressedAt: null },
    ]),
  ),
  shares,
  retained: new Map([
    [
      'q',
      {
        at: NOW - 5_000,
        of: 9,
        groups: {
          a: {
            count: 7,
            names: [],
            workers: [
              ['w1', 5],
              [null, 2],
            ],
          },
        },
      },
    ],
  ]),
  care: new Map(),
  scans: [],
});
const question = { from: NOW - HOUR_MS, to: NOW, now: NOW, isWanted: () => true };

test('counts are those of the range, over all queues of a kind', () => {
  const list = toFailureList(stored([share('a', 'q'), share('a', 'other'), share('b', 'q')]), question);
  expect(list.groups.map(({ fingerprint }) => fingerprint)).toEqual(['a', 'b']);
  expect(list.groups[0]).toMatchObject({ failed: 12, attempts: 2, total: 20, retained: 7, retainedAt: NOW - 5_000 });
  expect(list.groups[0]?.queues.map(({ key, retained }) => [key, retained])).toEqual([
    ['q', 7],
    ['other', null],
  ]);
  expect(list.groups[0]?.names).toEqual([
    { name: 'send', failed: 10, attempts: 2 },
    { name: null, failed: 2, attempts: 0 },
  ]);
  expect(list.groups[0]?.spark).toEqual([8, ...new Array<number>(58).fill(0), 6]);
  const late = toFailureList(stored([share('a', 'q')]), { ...question, from: NOW - 5 * MINUTE_MS });
  expect(late.groups[0]).toMatchObject({ failed: 3, attempts: 0 });
});

test('what is in no group is counted beside them', () => {
  const list = toFailureList(stored([share(UNGROUPED, 'q'), share(OTHER, 'q'), share(OTHER, 'p')]), question);
  expect(list).toMatchObject({ groups: [], ungrouped: { failed: 6, attempts: 1 }, other: { failed: 12, attempts: 2 } });
});

test('a kind of queues that one does not see is not there', () => {
  const shares = stored([share('a', 'hidden'), share('b', 'q')]);
  const seen = { ...question, isWanted: (key: string) => key !== 'hidden' };
  expect(toFailureList(shares, seen).groups.map(({ fingerprint }) => fingerprint)).toEqual(['b']);
  expect(toFailureDetail(shares, 'a', seen)).toBeNull();
  expect(toFailureDetail(shares, 'nothing', question)).toBeNull();
});

test('a kind with its points, samples, workers and retries', () => {
  const detail = toFailureDetail(stored([share('a', 'q'), share('a', 'other')]), 'a', question);
  expect(detail?.points).toHaveLength(60);
  expect(detail?.points[0]).toEqual({ at: NOW - HOUR_MS, failed: 6, attempts: 2 });
  expect(detail?.points.at(-1)).toEqual({ at: NOW - MINUTE_MS, failed: 6, attempts: 0 });
  expect(detail?.samples.map(({ jobId }) => jobId)).toEqual(['q-job', 'other-job']);
  expect(detail?.workers).toEqual([
    { worker: 'w1', count: 5 },
    { worker: null, count: 2 },
  ]);
  expect(detail?.retries).toEqual({ retried: 8, completed: 4, failed: 2 });
});

test('a long range is drawn in few, wide slots that lose nothing', () => {
  const start = NOW - 90 * 24 * HOUR_MS;
  const long = { ...stored([share('a', 'q')]), tier: HOURS };
  long.shares[0]!.buckets = [{ start: start + 24 * HOUR_MS, bucket: [['send', 23, 4, 0]] }];
  const list = toFailureList(long, { ...question, from: start });
  expect(list.groups[0]?.spark.length).toBeLessThanOrEqual(60);
  expect(list.groups[0]?.spark.reduce((sum, count) => sum + count, 0)).toBe(4);
  expect(list.slotMs % HOUR_MS).toBe(0);
});

import { describe, expect, test, vi } from 'vitest';
import { MINUTES } from '../failures/buckets';
import type { StoredFailures } from '../failures/failure-store';
import { aNotification } from '../testing/a-notification';
import { withTopFailure } from './with-top-failure';

const AT = 1_795_511_400_000;
const MINUTE_MS = 60_000;
const START = AT - (AT % (60 * MINUTE_MS));

/** So many failures of each kind, all in one minute of one queue. */
function stored(counts: Record<string, number>, queueKey = 'key'): StoredFailures {
  const minute = Math.floor((AT - START) / MINUTE_MS) - 1;
  return {
    tier: MINUTES,
    kinds: new Map(
      Object.keys(counts).map((kind) => [
        kind,
        { errorClass: 'Error', title: `no ${kind}`, frame: null, lastSeen: AT, regressedAt: null },
      ]),
    ),
    shares: Object.entries(counts).map(([group, failed]) => ({
      group,
      queueKey,
      record: { first: AT - MINUTE_MS, last: AT, failed, attempts: 0, names: [], samples: [], retries: [0, 0, 0] },
      buckets: [{ start: START, bucket: [['send', minute, failed, 0]] }],
    })),
    retained: new Map(),
    care: new Map(),
    scans: [],
  };
}
const told = (read: () => Promise<StoredFailures>) =>
  withTopFailure({ read }, 'https://tailback.example')(aNotification({ at: AT, topFailure: null }));

describe('what people are told names the most frequent failure of the queue', () => {
  test('with its number and share, and where to look', async () => {
    expect((await told(() => Promise.resolve(stored({ f1: 3, f2: 9 })))).topFailure).toEqual({
      title: 'no f2',
      count: 9,
      share: 0.75,
      url: 'https://tailback.example/failures/f2',
    });
  });
  test('not that of another queue', async () =>
    expect((await told(() => Promise.resolve(stored({ f1: 3 }, 'other')))).topFailure).toBeNull());
  test('and goes out without it where the store says nothing in time', async () => {
    vi.useFakeTimers();
    const news = told(() => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(2_100);
    expect((await news).topFailure).toBeNull();
    vi.useRealTimers();
    expect((await told(() => Promise.reject(new Error('down')))).topFailure).toBeNull();
  });
});

import { expect, test } from 'vitest';
import { bucketOf, quantileBound, type QueueTotals } from '../domain/totals';
import { RunningTotals } from './queue-totals';

const done = (runMs: number | null) => ({ at: 0, type: 'completed', runMs }) as const;

test('counts every kind of event, and durations by bucket', () => {
  const totals = new RunningTotals(null, 5);
  totals.take([
    { at: 1, type: 'arrived', count: 3 },
    { at: 1, type: 'started', waitMs: 50 },
    done(51),
    done(null),
    { at: 2, type: 'failed', runMs: 99_999_999 },
    { at: 2, type: 'attempt-failed', count: 2, runMs: 10 },
    { at: 2, type: 'stalled' },
    { at: 2, type: 'retried', count: 4 },
    { at: 2, type: 'delayed', count: 5 },
    { at: 2, type: 'removed', count: 6 },
  ]);
  const { since, counters, run, wait } = totals.value();
  expect({ since, counters }).toEqual({ since: 5, counters: [3, 1, 2, 1, 2, 1, 4, 5, 6] });
  expect(run).toMatchObject({ sumMs: 51 + 99_999_999 + 10 });
  expect([run.counts[0], run.counts[2], run.counts.at(-1), wait.counts[bucketOf(50)]]).toEqual([1, 1, 1, 1]);
  expect(quantileBound(run, 0.5)).toBe(100);
  expect(quantileBound(run, 0.99)).toBeNull();
});

test('goes on from what was stored, and is written only when it grew', () => {
  const first = new RunningTotals(null, 5);
  first.take([done(1)]);
  const stored = first.unwritten();
  first.settle(stored?.version ?? 0);
  expect(first.unwritten()).toBeNull();
  const second = new RunningTotals(stored?.totals ?? null, 99);
  second.take([done(1)]);
  expect(second.value()).toMatchObject({ since: 5, counters: [0, 0, 2, 0, 0, 0, 0, 0, 0] });
});

test('what an older version stored has fewer counters', () => {
  const { totals } = new RunningTotals(null, 5).unwritten() ?? {};
  const older = { ...(totals as QueueTotals), counters: [1, 2, 3] };
  const newer = new RunningTotals(older, 99);
  newer.take([{ at: 2, type: 'removed', count: 6 }]);
  expect(newer.value().counters).toEqual([1, 2, 3, 0, 0, 0, 0, 0, 6]);
});

import { expect, test } from 'vitest';
import { ALERT_METRICS } from '../domain/alert';
import { aQueue } from '../testing/a-queue';
import { metricOf } from './metric-of';

const busy = aQueue({
  counts: { waiting: 1, active: 2, delayed: 3, prioritized: 4, paused: 5, completed: 6, failed: 7 },
  oldestWaitingMs: 900,
  workers: 8,
  lastMinute: { arrived: 11, completed: 12, failed: 13, stalled: 14 },
});

test('each metric has its own figure', () => {
  expect(ALERT_METRICS.map((metric) => [metric, metricOf(busy, { metric, above: 0 })])).toEqual([
    ['waiting', 1],
    ['active', 2],
    ['delayed', 3],
    ['prioritized', 4],
    ['paused', 5],
    ['completed', 6],
    ['failed', 7],
    ['backlog', 10],
    ['oldestWaitingMs', 900],
    ['workers', 8],
    ['arrivedPerMinute', 11],
    ['completedPerMinute', 12],
    ['failedPerMinute', 13],
    ['stalledPerMinute', 14],
  ]);
});

test.each([
  {
    because: 'an incomplete minute that is above already proves it',
    above: 10,
    quality: 'partial' as const,
    expected: 13,
  },
  {
    because: 'an incomplete minute that is not above proves nothing',
    above: 13,
    quality: 'partial' as const,
    expected: null,
  },
  { because: 'an incomplete minute never proves "below"', quality: 'partial' as const, expected: null },
  { because: 'an old minute is not this one', above: 10, quality: 'late' as const, expected: null },
  { because: 'an unknown minute is not zero', above: 10, quality: 'unknown' as const, expected: null },
])('$because', ({ above, quality, expected }) => {
  const queue = aQueue({ lastMinute: { failed: 13, quality } });
  expect(metricOf(queue, { metric: 'failedPerMinute', above })).toBe(expected);
});

test('the oldest job of an empty queue is no job, not an unknown one', () => {
  expect(metricOf(aQueue(), { metric: 'oldestWaitingMs', above: 1 })).toBe(0);
  expect(metricOf(aQueue({ counts: { waiting: 3 } }), { metric: 'oldestWaitingMs', above: 1 })).toBeNull();
});

test('a state that a library does not have is unknown', () => {
  expect(metricOf(aQueue({ counts: { prioritized: null } }), { metric: 'prioritized', above: 1 })).toBeNull();
});

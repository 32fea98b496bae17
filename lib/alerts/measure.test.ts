import { expect, test } from 'vitest';
import { QUEUE_ALERT_METRICS, type AlertMetric, type AlertRule } from '../domain/alert-rule';
import { aQueue } from '../testing/a-queue';
import { aRabbitQueue } from '../testing/a-rabbit-queue';
import { measure, metricOf } from './measure';

const busy = aQueue({
  counts: { waiting: 1, active: 2, delayed: 3, prioritized: 4, waitingChildren: 5, paused: 6, completed: 7, failed: 8 },
  oldestWaitingMs: 900,
  oldest: {
    waiting: null,
    paused: null,
    prioritized: { ms: 901, isAtLeast: false },
    waitingChildren: { ms: 902, isAtLeast: false },
    delayedDueAt: 1_000,
  },
  workers: 9,
  stalledJobs: 10,
  lastMinute: {
    arrived: 11,
    started: 12,
    completed: 30,
    failed: 10,
    failedAttempts: 15,
    stalled: 16,
    runMs: { p50: 17, p95: 18, p99: 19 },
    waitMs: { p50: 20, p95: 21, p99: 22 },
  },
});

test('each metric has its own figure', () => {
  const found = QUEUE_ALERT_METRICS.map((metric) => [metric, metricOf(busy, { metric, above: 0 }, 1_500)]);
  expect(Object.fromEntries(found)).toEqual({
    waiting: 1,
    active: 2,
    delayed: 3,
    prioritized: 4,
    waitingChildren: 5,
    paused: 6,
    completed: 7,
    failed: 8,
    backlog: 11,
    oldestWaitingMs: 900,
    oldestPrioritizedMs: 901,
    oldestWaitingChildrenMs: 902,
    overdueMs: 500,
    workers: 9,
    stalledJobs: 10,
    arrivedPerMinute: 11,
    startedPerMinute: 12,
    completedPerMinute: 30,
    failedPerMinute: 10,
    failedAttemptsPerMinute: 15,
    stalledPerMinute: 16,
    failurePercent: 25,
    runMsP50: 17,
    runMsP95: 18,
    runMsP99: 19,
    waitMsP50: 20,
    waitMsP95: 21,
    waitMsP99: 22,
    // 40 jobs leave a minute and 11 come: 11 wait.
    drainMs: (11 / 29) * 60_000,
  });
});

test('one failure of one job is no share of failures', () => {
  const queue = aQueue({ lastMinute: { completed: 0, failed: 1 } });
  expect(metricOf(queue, { metric: 'failurePercent', above: 1 }, 0)).toBeNull();
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
  expect(metricOf(queue, { metric: 'failedPerMinute', above }, 0)).toBe(expected);
});

test('the oldest job of an empty queue is no job, not an unknown one', () => {
  expect(metricOf(aQueue(), { metric: 'oldestWaitingMs', above: 1 }, 0)).toBe(0);
  expect(metricOf(aQueue({ counts: { waiting: 3 } }), { metric: 'oldestWaitingMs', above: 1 }, 0)).toBeNull();
});

test('a state that a library does not have is unknown', () => {
  expect(metricOf(aQueue({ counts: { prioritized: null } }), { metric: 'prioritized', above: 1 }, 0)).toBeNull();
});

test('what a queue of messages has not is not missing, what its broker does not tell is', () => {
  const unread = { counts: { waiting: null }, backlog: null };
  const isMissing = (metric: AlertMetric, type: string, isUp = true) => {
    const rule: AlertRule = { name: 'r', queues: '*', metric, noData: true, forSeconds: 0, severity: 'critical' };
    const queue = aRabbitQueue(unread, { type });
    return measure(rule, { key: queue.key, source: 'rabbit', queue, isUp }, 0, null) === 1;
  };
  expect([isMissing('backlog', 'classic'), isMissing('backlog', 'stream'), isMissing('failed', 'classic')]).toEqual([
    true,
    false,
    false,
  ]);
  expect(isMissing('backlog', 'stream', false)).toBe(true);
});

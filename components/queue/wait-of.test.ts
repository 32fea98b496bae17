import { expect, test } from 'vitest';
import type { Oldest } from '@/lib/domain/queue';
import { allWaits, waitOf } from './wait-of';

const NOW = 1_000_000;
const oldest: Oldest = {
  waiting: { ms: 62_000, isAtLeast: false },
  prioritized: { ms: 5_000, isAtLeast: true },
  paused: null,
  waitingChildren: null,
  delayedDueAt: NOW - 120_000,
};

test('a bound is told as one, and what is due says since when', () => {
  expect(allWaits(oldest, NOW)).toBe('waiting: 1 m 2 s\nprioritized: ≥ 5.0 s\ndelayed: overdue 2 m');
  expect(waitOf(oldest, 'prioritized', NOW)?.hint).toContain('at least 5,000 ms');
});

test.each([
  [90_000, 'next in 1 m 30 s', false],
  [-1_000, 'due now', false],
  [-6_000, 'overdue 6.0 s', true],
])('a delayed job that is due in %d ms: %s', (inMs, text, isOverdue) =>
  expect(waitOf({ ...oldest, delayedDueAt: NOW + inMs }, 'delayed', NOW)).toMatchObject({ text, isOverdue }),
);

test('states in which nothing waits say nothing', () => {
  expect(waitOf(oldest, 'paused', NOW)).toBeNull();
  expect(waitOf(oldest, 'active', NOW)).toBeNull();
});

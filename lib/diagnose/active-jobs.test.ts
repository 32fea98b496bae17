import { expect, test } from 'vitest';
import { judgeActive } from './active-jobs';

test.each([
  {
    because: 'a lock that is gone, however short the run',
    runningMs: 10,
    hasLock: false,
    p99: null,
    verdict: 'lock-gone',
  },
  { because: 'over five times the p99', runningMs: 60_001, hasLock: true, p99: 12_000, verdict: 'long' },
  { because: 'five times the p99 is not over it', runningMs: 60_000, hasLock: true, p99: 12_000, verdict: 'ok' },
  {
    because: 'seconds are nothing, even where others take milliseconds',
    runningMs: 4_000,
    hasLock: true,
    p99: 3,
    verdict: 'ok',
  },
  { because: 'nothing is known of others', runningMs: 9_000_000, hasLock: true, p99: null, verdict: 'ok' },
  { because: 'nothing is known of its start', runningMs: null, hasLock: true, p99: 5, verdict: 'ok' },
])('$because: $verdict', ({ runningMs, hasLock, p99, verdict }) => {
  expect(judgeActive({ runningMs, hasLock }, p99).verdict).toBe(verdict);
});

test('the sentence says how long, and what is usual', () => {
  expect(judgeActive({ runningMs: 300_000, hasLock: true }, 12_000).sentence).toContain('Runs for 5 m; 99 of 100');
});

import { expect, test } from 'vitest';
import type { JobEventEntry } from '@/lib/domain/job-parts';
import { stepsFromEvents } from './life-steps';

const events = (...list: [number, string][]): JobEventEntry[] =>
  list.map(([at, event]) => ({ at, event, from: null, detail: null }));
const brief = (steps: ReturnType<typeof stepsFromEvents>) =>
  steps?.map(({ name, at, ms, hint }) => [name, at, ms, ...(hint ? [hint] : [])]);

test('each step has its start and how long it took', () =>
  expect(
    brief(
      stepsFromEvents(
        events(
          [0, 'added'],
          [0, 'waiting'],
          [50, 'active'],
          [80, 'delayed'],
          [200, 'waiting'],
          [210, 'active'],
          [260, 'retries-exhausted'],
          [260, 'failed'],
        ),
        'failed',
        999,
      ),
    ),
  ).toEqual([
    ['Added', 0, null],
    ['Waited', 0, 50],
    ['Ran', 50, 30],
    ['Was delayed', 80, 120],
    ['Waited', 200, 10],
    ['Ran', 210, 50, 'attempt 2'],
    ['Failed', 260, null],
  ]));

test('what goes on is measured up to now', () =>
  expect(stepsFromEvents(events([0, 'added'], [0, 'waiting'], [50, 'active']), 'active', 130)?.at(-1)).toMatchObject({
    name: 'Running',
    ms: 80,
    isRunning: true,
  }));

test('events that do not reach back to the beginning tell no life', () => {
  expect(stepsFromEvents(events([50, 'active'], [60, 'failed']), 'failed', 999)).toBeNull();
  expect(stepsFromEvents([], 'waiting', 999)).toBeNull();
});

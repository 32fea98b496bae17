import { expect, test } from 'vitest';
import { lifecycle, runMs, waitMs } from './job-times';

const job = (rest: object) => ({
  state: 'failed' as const,
  timestamp: 1000,
  processedOn: 1500,
  finishedOn: 1900,
  delayUntil: null,
  attemptsMade: 1,
  ...rest,
});

test('wait ends at the start, run at the end', () => {
  expect(waitMs(job({}))).toBe(500);
  expect(runMs(job({}), 9999)).toBe(400);
});

test('a delay is no wait', () => expect(waitMs(job({ delayUntil: 1400 }))).toBe(100));

test('a producer whose clock is ahead makes no negative wait', () => expect(waitMs(job({ timestamp: 5000 }))).toBe(0));

test('a running job has been running until now', () => {
  expect(runMs(job({ state: 'active', finishedOn: null }), 4500)).toBe(3000);
});

test('a job that waits again after a retry has no run time yet', () => {
  expect(runMs(job({ state: 'waiting', finishedOn: null }), 4500)).toBeNull();
});

test('the life of a failed job', () => {
  expect(lifecycle(job({}), 9999).map(({ name, ms }) => [name, ms])).toEqual([
    ['Added', null],
    ['Waited', 500],
    ['Ran', 400],
    ['Failed', null],
  ]);
});

test('the life of a delayed job stops at its delay', () => {
  const delayed = job({ state: 'delayed', processedOn: null, finishedOn: null, delayUntil: 60_000 });
  expect(lifecycle(delayed, 31_000).map(({ name, ms, isRunning }) => [name, ms, isRunning])).toEqual([
    ['Added', null, false],
    ['Delayed', 30_000, true],
  ]);
});

test('a job that was put back does not claim to have waited since it was first added', () => {
  const back = job({ state: 'waiting', processedOn: null, finishedOn: null, attemptsMade: 1 });
  expect(lifecycle(back, 400_000).map(({ name, at, ms }) => [name, at, ms])).toEqual([
    ['Added', 1000, null],
    ['Waiting', null, null],
  ]);
});

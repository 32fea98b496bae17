import { expect, test } from 'vitest';
import type { JobEventEntry } from '@/lib/domain/job-parts';
import { attemptsOf, runsOf } from './attempts';

const event = (at: number, name: string, detail: string | null = null): JobEventEntry => ({
  at,
  event: name,
  from: null,
  detail,
});
const job = {
  state: 'failed',
  attemptsMade: 3,
  processedOn: 500,
  finishedOn: 530,
  failedReason: 'third',
  stacktrace: ['Error: first\n    at a', 'Error: second', 'Error: third'],
} as const;
const THREE = [
  event(1, 'added'),
  event(1, 'waiting'),
  event(100, 'active'),
  event(110, 'delayed', '300'),
  event(300, 'active'),
  event(320, 'delayed', '500'),
  event(500, 'active'),
  event(531, 'failed', 'third'),
];
const brief = (attempts: ReturnType<typeof attemptsOf>) =>
  attempts.map(({ number, startedAt, ms, outcome, error }) => [number, startedAt, ms, outcome, error]);

test('without events only the last attempt has times', () =>
  expect(brief(attemptsOf({ ...job, stacktrace: [...job.stacktrace] }, []))).toEqual([
    [1, null, null, 'failed', 'Error: first'],
    [2, null, null, 'failed', 'Error: second'],
    [3, 500, 30, 'failed', 'Error: third'],
  ]));

test('events give each attempt its times', () =>
  expect(brief(attemptsOf({ ...job, stacktrace: [...job.stacktrace] }, THREE))).toEqual([
    [1, 100, 10, 'failed', 'Error: first'],
    [2, 300, 20, 'failed', 'Error: second'],
    [3, 500, 31, 'failed', 'Error: third'],
  ]));

test('events that begin in the middle belong to the latest attempts', () =>
  expect(brief(attemptsOf({ ...job, stacktrace: [...job.stacktrace] }, THREE.slice(4)))[0]).toEqual([
    1,
    null,
    null,
    'failed',
    'Error: first',
  ]));

test('a run that stalled stands between the others', () => {
  const events = [event(10, 'active'), event(40, 'stalled'), event(41, 'waiting'), event(50, 'active')];
  expect(runsOf(events).map(({ outcome }) => outcome)).toEqual(['stalled', 'running']);
  const attempts = attemptsOf({ ...job, state: 'active', processedOn: 50, finishedOn: null, stacktrace: [] }, events);
  expect(brief(attempts)).toEqual([
    [1, 10, 30, 'stalled', null],
    [2, 50, null, 'running', null],
  ]);
});

test('a failed job whose stacks were not kept has its reason; a job that waits has no attempt', () => {
  expect(brief(attemptsOf({ ...job, stacktrace: [] }, []))).toEqual([[1, 500, 30, 'failed', 'third']]);
  expect(attemptsOf({ ...job, state: 'waiting', processedOn: null, finishedOn: null, stacktrace: [] }, [])).toEqual([]);
});

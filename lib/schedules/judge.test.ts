import { describe, expect, test } from 'vitest';
import type { Schedule, SchedulerRun } from '../domain/scheduler';
import { fillRuns } from './judge-runs';
import { judgeScheduler } from './judge-scheduler';
import { decodeRuns, encodeRuns, mergeRuns, type SeenRun } from './run-record';

const HOUR = 3_600_000;
const schedule = (more: Partial<Schedule>): Schedule => ({
  pattern: null,
  everyMs: null,
  offsetMs: null,
  tz: null,
  startAt: null,
  endAt: null,
  limit: null,
  ...more,
});
const hourly = schedule({ pattern: '0 * * * *' });
const often = schedule({ everyMs: 10_000 });
const run = (at: number): SchedulerRun => ({ at, outcome: 'completed', endedAt: at + 5, jobId: 'x' });
const told = (runs: readonly SchedulerRun[], unit = HOUR) =>
  runs.map(({ at, outcome }) => `${at / unit}${outcome === 'missed' ? '!' : ''}`).join(' ');
const open = { pendingAt: null, isOver: false };

describe('times between runs of which nothing was heard', () => {
  test('are missed, between two runs and after the last', () =>
    expect(told(fillRuns(hourly, 'UTC', [run(1 * HOUR), run(4 * HOUR)], { ...open, now: 6.5 * HOUR }))).toBe(
      '1 2! 3! 4 5! 6!',
    ));
  test('are none before the first run: nobody knows since when there is the schedule', () =>
    expect(told(fillRuns(hourly, 'UTC', [run(4 * HOUR)], { ...open, now: 4.5 * HOUR }))).toBe('4'));
  test('are none when the run before does not fit the schedule of today', () =>
    expect(told(fillRuns(hourly, 'UTC', [run(1.5 * HOUR), run(4 * HOUR)], { ...open, now: 4.5 * HOUR }))).toBe(
      '1.5 4',
    ));
  test('are none while the next job is not yet overdue by a minute', () =>
    expect(
      told(fillRuns(hourly, 'UTC', [run(1 * HOUR)], { ...open, pendingAt: 2 * HOUR, now: 2 * HOUR + 30_000 })),
    ).toBe('1'));
  test('do not count the next job itself, which may still run, but those after it', () =>
    expect(told(fillRuns(hourly, 'UTC', [run(1 * HOUR)], { ...open, pendingAt: 2 * HOUR, now: 4.5 * HOUR }))).toBe(
      '1 3! 4!',
    ));
  test('are those from the last run to a next job in the future as well', () =>
    expect(told(fillRuns(hourly, 'UTC', [run(1 * HOUR)], { ...open, pendingAt: 5 * HOUR, now: 4.5 * HOUR }))).toBe(
      '1 2! 3! 4!',
    ));
  test('are none after the end', () =>
    expect(told(fillRuns(hourly, 'UTC', [run(1 * HOUR)], { pendingAt: null, isOver: true, now: 9 * HOUR }))).toBe('1'));
  test('of an interval are counted from its own times, and the newest sixty are kept', () => {
    expect(told(fillRuns(often, 'UTC', [run(3_000), run(33_000)], { ...open, now: 40_000 }), 1_000)).toBe(
      '3 13! 23! 33',
    );
    const many = fillRuns(often, 'UTC', [run(3_000)], { ...open, pendingAt: 13_000, now: 1e9 });
    expect(many).toHaveLength(60);
    expect(many.at(-1)?.at).toBe(999_933_000);
  });
  test('are not looked for with a pattern that cannot be read', () =>
    expect(told(fillRuns(schedule({ pattern: 'x' }), 'UTC', [run(1), run(9)], { ...open, now: 10 * HOUR }), 1)).toBe(
      '1 9',
    ));
});

describe('the record of runs', () => {
  const seen = (due: number, outcome: SeenRun['outcome'], at: number): SeenRun => ({ due, outcome, at });
  test('comes back as it was written, and what is not ours is nothing', () => {
    const runs = [seen(1_000, 'completed', 1_200), seen(2_000, 'running', 2_001), seen(3_000, 'failed', 9_000)];
    expect(decodeRuns(encodeRuns(runs))).toEqual(runs);
    for (const text of ['', '{', '{}', '[1]', '[["a","c",1]]', '[[1,"z",1]]', null])
      expect(decodeRuns(text)).toEqual([]);
  });
  test('takes the later news of a run, and an end before a start of the same moment', () => {
    expect(mergeRuns([seen(1, 'running', 5)], [seen(1, 'completed', 9)])).toEqual([seen(1, 'completed', 9)]);
    expect(mergeRuns([seen(1, 'completed', 9)], [seen(1, 'running', 5)])).toEqual([seen(1, 'completed', 9)]);
    expect(mergeRuns([seen(1, 'completed', 9)], [seen(1, 'running', 9)])).toEqual([seen(1, 'completed', 9)]);
    expect(mergeRuns([seen(1, 'completed', 9)], [seen(1, 'running', 12)])).toEqual([seen(1, 'running', 12)]);
  });
  test('keeps sixty', () => {
    const many = Array.from({ length: 70 }, (_, due) => seen(due, 'completed', due));
    expect(mergeRuns(many.slice(0, 50), many.slice(40)).map(({ due }) => due)).toEqual(
      many.slice(10).map(({ due }) => due),
    );
  });
});

describe('how a scheduler stands', () => {
  const counts = {
    waiting: 0,
    active: 0,
    delayed: 0,
    prioritized: 0,
    waitingChildren: 0,
    paused: 0,
    completed: 0,
    failed: 0,
  };
  const queue = { isPaused: false, workers: 2, counts };
  const state = { schedule: hourly, made: 3, nextAt: 10 * HOUR, nextJobState: 'delayed' as const };
  test.each([
    { because: 'its time has not come', now: 9 * HOUR, status: 'waiting', says: null },
    { because: 'its time is now', now: 10 * HOUR + 1_000, status: 'due', says: null },
    { because: 'nobody works', now: 11 * HOUR, queue: { ...queue, workers: 0 }, status: 'late', says: 'no worker' },
    {
      because: 'the queue is paused',
      now: 11 * HOUR,
      queue: { ...queue, isPaused: true },
      status: 'late',
      says: 'paused',
    },
    { because: 'nobody takes up what is due', now: 11 * HOUR, status: 'late', says: 'taken up' },
    {
      because: 'others are before it',
      now: 11 * HOUR,
      state: { nextJobState: 'waiting' as const },
      status: 'late',
      says: 'behind other jobs',
    },
    { because: 'it runs long', now: 11 * HOUR, state: { nextJobState: 'active' as const }, status: 'due', says: null },
    {
      because: 'its next job is gone',
      now: 9 * HOUR,
      state: { nextJobState: null },
      status: 'broken',
      says: 'saved anew',
    },
    {
      because: 'its job made no next one',
      now: 11 * HOUR,
      state: { nextJobState: 'completed' as const },
      status: 'broken',
      says: 'made no next one',
    },
    {
      because: 'its job has just ended',
      now: 10 * HOUR + 2_000,
      state: { nextJobState: 'completed' as const },
      status: 'due',
      says: null,
    },
    {
      because: 'its limit is reached',
      now: 11 * HOUR,
      state: { nextJobState: 'completed' as const, schedule: { ...hourly, limit: 3 } },
      status: 'ended',
      says: 'all 3 jobs',
    },
    {
      because: 'its limit is reached and the last job gone',
      now: 11 * HOUR,
      state: { nextJobState: null, schedule: { ...hourly, limit: 3 } },
      status: 'ended',
      says: 'all 3 jobs',
    },
    {
      because: 'its end is reached',
      now: 11 * HOUR,
      state: { nextJobState: 'completed' as const, schedule: { ...hourly, endAt: 10.5 * HOUR } },
      status: 'ended',
      says: 'end date',
    },
  ])('$because: $status', (given) => {
    const judged = judgeScheduler({ ...state, ...given.state }, given.queue ?? queue, given.now);
    expect(judged.status).toBe(given.status);
    if (given.says === null) expect(judged.trouble).toBeNull();
    else expect(judged.trouble).toContain(given.says);
  });
});

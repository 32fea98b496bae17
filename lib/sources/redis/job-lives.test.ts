import { describe, expect, test } from 'vitest';
import type { JobEvent } from '../source';
import { JobLives, type JobFacts, type RawEvent } from './job-lives';

type Short = [at: number, type: RawEvent['type'], attemptsMade?: number];
const events = (...list: Short[]): RawEvent[] =>
  list.map(([at, type, attemptsMade]) => ({
    at,
    type,
    jobId: '1',
    ...(attemptsMade === undefined ? {} : { attemptsMade }),
  }));
const facts = (attemptsMade: number | null, processedOn: number | null = null) =>
  new Map<string, JobFacts>([['1', { attemptsMade, processedOn }]]);
const nothing = new Map<string, JobFacts>();
const attempts = (list: JobEvent[]) =>
  list.reduce((sum, event) => sum + (event.type === 'attempt-failed' ? event.count : 0), 0);
const of = <T extends JobEvent['type']>(list: JobEvent[], type: T) => list.filter((event) => event.type === type);

describe('times', () => {
  test('wait is from waiting to active, run from active to the end', () => {
    const out = new JobLives('bullmq').take(
      events([100, 'added'], [100, 'waiting'], [130, 'active'], [190, 'completed']),
      nothing,
    );
    expect(out).toEqual([
      { at: 100, type: 'arrived', count: 1 },
      { at: 130, type: 'started', waitMs: 30 },
      { at: 190, type: 'completed', runMs: 60 },
    ]);
  });

  test('a delayed job waits from when it is due', () => {
    const out = new JobLives('bullmq').take(
      events([0, 'added'], [0, 'delayed'], [500, 'waiting'], [520, 'active']),
      nothing,
    );
    expect(of(out, 'started')).toEqual([{ at: 520, type: 'started', waitMs: 20 }]);
  });

  test('Bull’s rate limiter says waiting twice: the job has waited all along', () => {
    const out = new JobLives('bull').take(events([0, 'waiting'], [300, 'waiting'], [310, 'active']), nothing);
    expect(of(out, 'started')).toEqual([{ at: 310, type: 'started', waitMs: 310 }]);
  });

  test('what began before we looked is unknown, or known from the hash', () => {
    const lives = new JobLives('bullmq');
    expect(lives.questions(events([50, 'completed']))).toEqual(['1']);
    expect(lives.take(events([50, 'active']), nothing)).toEqual([{ at: 50, type: 'started', waitMs: null }]);
    expect(new JobLives('bullmq').take(events([90, 'completed']), facts(1, 40))).toEqual([
      { at: 90, type: 'completed', runMs: 50 },
    ]);
  });

  test('clocks that disagree make no negative times', () => {
    expect(new JobLives('bull').take(events([90, 'completed']), facts(0, 200))).toEqual([
      { at: 90, type: 'completed', runMs: 0 },
    ]);
  });
});

describe('failed attempts', () => {
  const retry: Short[] = [
    [0, 'added'],
    [0, 'waiting'],
    [1, 'active'],
    [5, 'waiting'],
    [6, 'active'],
  ];

  test('a return to waiting is a failure only if the count of attempts grew', () => {
    expect(attempts(new JobLives('bullmq').take(events(...retry), facts(1)))).toBe(1);
    expect(attempts(new JobLives('bullmq').take(events(...retry), facts(0)))).toBe(0);
  });

  test('the attempt that ends the job is not one of them', () => {
    const ends: [RawEvent['type'], number][] = [
      ['completed', 2],
      ['failed', 2],
    ];
    for (const [end, made] of ends)
      expect(attempts(new JobLives('bullmq').take(events(...retry, [9, end]), facts(made)))).toBe(1);
    expect(
      attempts(
        new JobLives('bull').take(events([0, 'waiting'], [1, 'active'], [4, 'active'], [9, 'completed']), facts(1)),
      ),
    ).toBe(1);
    expect(
      attempts(
        new JobLives('bull').take(events([0, 'waiting'], [1, 'active'], [4, 'active'], [9, 'failed']), facts(2)),
      ),
    ).toBe(1);
  });

  test('a job that is removed when it ends is judged by its events, and by what exhausted it', () => {
    expect(
      attempts(new JobLives('bull').take(events([1, 'active'], [4, 'active'], [7, 'active'], [9, 'failed']), nothing)),
    ).toBe(2);
    expect(attempts(new JobLives('bullmq').take(events(...retry, [9, 'failed'], [9, 'exhausted', 1]), nothing))).toBe(
      0,
    );
    expect(attempts(new JobLives('bullmq').take(events(...retry, [9, 'failed'], [9, 'exhausted', 2]), nothing))).toBe(
      1,
    );
  });

  test('each is counted once, however the looks fall', () => {
    const lives = new JobLives('bullmq');
    const list = events(...retry, [8, 'waiting'], [9, 'active'], [12, 'completed']);
    let sum = 0;
    // The hash is read after the events and may be ahead of them.
    for (const [index, event] of list.entries()) sum += attempts(lives.take([event], facts(index < 2 ? 0 : 2)));
    expect(sum).toBe(2);
  });

  test('a stall is none: BullMQ says waiting first, Bull says stalled only', () => {
    const mq = new JobLives('bullmq').take(
      events([0, 'added'], [0, 'waiting'], [1, 'active'], [5, 'waiting'], [5, 'stalled'], [6, 'active']),
      facts(0),
    );
    const bull = new JobLives('bull').take(
      events([0, 'waiting'], [1, 'active'], [5, 'stalled'], [6, 'active']),
      facts(0),
    );
    for (const out of [mq, bull]) {
      expect(attempts(out)).toBe(0);
      expect(of(out, 'stalled')).toHaveLength(1);
      expect(of(out, 'started')[1]).toEqual({ at: 6, type: 'started', waitMs: 1 });
    }
  });

  test('a stall is none even where the hash is gone already', () => {
    const list = events([1, 'active'], [5, 'waiting'], [5, 'stalled'], [6, 'active'], [7, 'completed']);
    expect(attempts(new JobLives('bullmq').take(list, nothing))).toBe(0);
  });

  test('a job that stalls too often is stalled and failed', () => {
    const out = new JobLives('bull').take(events([1, 'active'], [5, 'stalled-out']), facts(0));
    expect(out.map(({ type }) => type)).toEqual(['started', 'stalled', 'failed']);
  });

  test('Bull’s failed attempt has a run time only when its end was seen', () => {
    const seen = new JobLives('bull').take(events([1, 'active'], [5, 'delayed'], [2005, 'waiting']), facts(1));
    expect(of(seen, 'attempt-failed')).toEqual([{ at: 5, type: 'attempt-failed', count: 1, runMs: 4 }]);
    const unseen = new JobLives('bull').take(events([1, 'active'], [2005, 'waiting']), facts(1));
    expect(of(unseen, 'attempt-failed')).toEqual([{ at: 2005, type: 'attempt-failed', count: 1, runMs: null }]);
  });

  test('a job that a person runs again starts a new count', () => {
    const lives = new JobLives('bullmq');
    lives.take(events([0, 'added'], [0, 'waiting'], [1, 'active'], [2, 'failed']), facts(1));
    expect(attempts(lives.take(events([9, 'waiting'], [10, 'active'], [11, 'failed']), facts(2)))).toBe(0);
  });
});

test('hashes are asked only where the events alone do not tell', () => {
  const lives = new JobLives('bullmq');
  expect(lives.questions(events([0, 'added'], [0, 'waiting'], [1, 'active'], [2, 'completed']))).toEqual([]);
  expect(lives.questions(events([0, 'waiting'], [1, 'active'], [2, 'waiting']))).toEqual(['1']);
});

test('jobs that vanish without an event are let go of, the oldest first', () => {
  const lives = new JobLives('bull');
  const ids = Array.from({ length: 3_000 }, (_, n) => String(n));
  lives.take(
    ids.map((jobId, at) => ({ at, jobId, type: 'waiting' as const })),
    nothing,
  );
  lives.prune(3_000);
  expect(lives.waitingSince('0')).toBe(0);
  lives.prune(100);
  expect(lives.waitingSince('0')).toBeNull();
  expect(lives.waitingSince('2999')).toBe(2999);
});

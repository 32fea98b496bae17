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
      { at: 100, name: null, type: 'arrived', count: 1 },
      { at: 130, name: null, type: 'started', waitMs: 30 },
      { at: 190, name: null, type: 'completed', runMs: 60 },
    ]);
  });

  test('a delayed job waits from when it is due', () => {
    const out = new JobLives('bullmq').take(
      events([0, 'added'], [0, 'delayed'], [500, 'waiting'], [520, 'active']),
      nothing,
    );
    expect(of(out, 'started')).toEqual([{ at: 520, name: null, type: 'started', waitMs: 20 }]);
  });

  test('Bull’s rate limiter says waiting twice: the job has waited all along', () => {
    const out = new JobLives('bull').take(events([0, 'waiting'], [300, 'waiting'], [310, 'active']), nothing);
    expect(of(out, 'started')).toEqual([{ at: 310, name: null, type: 'started', waitMs: 310 }]);
  });

  test('what began before we looked is unknown, or known from the hash', () => {
    const lives = new JobLives('bullmq');
    expect(lives.questions(events([50, 'completed']))).toEqual(['1']);
    expect(lives.take(events([50, 'active']), nothing)).toEqual([
      { at: 50, name: null, type: 'started', waitMs: null },
    ]);
    expect(new JobLives('bullmq').take(events([90, 'completed']), facts(1, 40))).toEqual([
      { at: 90, name: null, type: 'completed', runMs: 50 },
    ]);
  });

  test('clocks that disagree make no negative times', () => {
    expect(new JobLives('bull').take(events([90, 'completed']), facts(0, 200))).toEqual([
      { at: 90, name: null, type: 'completed', runMs: 0 },
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
      expect(of(out, 'started')[1]).toEqual({ at: 6, name: null, type: 'started', waitMs: 1 });
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
    expect(of(seen, 'attempt-failed')).toEqual([{ at: 5, name: null, type: 'attempt-failed', count: 1, runMs: 4 }]);
    const unseen = new JobLives('bull').take(events([1, 'active'], [2005, 'waiting']), facts(1));
    expect(of(unseen, 'attempt-failed')).toEqual([
      { at: 2005, name: null, type: 'attempt-failed', count: 1, runMs: null },
    ]);
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

describe('names', () => {
  const named = (...list: [at: number, type: RawEvent['type'], name?: string][]): RawEvent[] =>
    list.map(([at, type, name]) => ({ at, type, jobId: '1', ...(name === undefined ? {} : { name }) }));
  const read = (name: string | null, retriedOn: number | null = null) =>
    new Map([['1', { name, retriedOn, addedAt: null }]]);
  const namesOf = (list: JobEvent[]) => list.map(({ name }) => name);

  test('a name once known goes with the job to its end, and no further', () => {
    const lives = new JobLives('bullmq');
    expect(namesOf(lives.take(named([0, 'added', 'mail'], [0, 'waiting']), nothing))).toEqual(['mail']);
    expect(namesOf(lives.take(named([1, 'active'], [2, 'completed']), nothing))).toEqual(['mail', 'mail']);
    expect(namesOf(lives.take(named([3, 'active']), nothing))).toEqual([null]);
    expect(namesOf(lives.take(named([4, 'added', 'fax'], [5, 'active']), nothing))).toEqual(['fax', 'fax']);
  });

  test('only jobs without a name are asked for it, and what was read is remembered', () => {
    const lives = new JobLives('bull');
    const waiting = named([0, 'waiting']);
    expect([...lives.firsts(waiting).unnamed]).toEqual(['1']);
    lives.take(waiting, nothing, read('mail'));
    expect([...lives.firsts(named([1, 'active'])).unnamed]).toEqual([]);
    expect(namesOf(lives.take(named([1, 'active']), nothing))).toEqual(['mail']);
    expect([...new JobLives('bullmq').firsts(named([0, 'added', 'mail'], [1, 'active'])).unnamed]).toEqual([]);
    expect([...new JobLives('bullmq').firsts(named([0, 'removed'])).unnamed]).toEqual([]);
  });

  test('an unread name is unknown, and changes no figure', () => {
    const [withName, without] = [read('mail'), read(null)].map((names) =>
      new JobLives('bull').take(named([0, 'waiting'], [5, 'active'], [9, 'completed']), nothing, names),
    );
    expect(namesOf(without ?? [])).toEqual([null, null]);
    expect(without).toEqual(withName?.map((event) => ({ ...event, name: null })));
  });
});

describe('retried, delayed, removed', () => {
  const count = (list: JobEvent[], type: 'retried' | 'delayed' | 'removed') =>
    list.reduce((sum, event) => sum + (event.type === type ? event.count : 0), 0);
  const waiting = (prev?: string): RawEvent[] => [
    { at: 100_000, jobId: '1', type: 'waiting', ...(prev === undefined ? {} : { prev }) },
  ];
  const read = (retriedOn: number | null) => new Map([['1', { name: null, retriedOn, addedAt: null }]]);

  test.each([
    { prev: 'failed', expected: 1 },
    { prev: 'completed', expected: 1 },
    { prev: 'active', expected: 0 },
    { prev: 'delayed', expected: 0 },
    { prev: undefined, expected: 0 },
  ])('BullMQ: waiting after $prev is retried $expected times', ({ prev, expected }) =>
    expect(count(new JobLives('bullmq').take(waiting(prev), nothing), 'retried')).toBe(expected),
  );

  test('Bull: the hash of a finished job says that it was retried just now', () => {
    expect(count(new JobLives('bull').take(waiting(), nothing, read(98_000)), 'retried')).toBe(1);
    expect(count(new JobLives('bull').take(waiting(), nothing, read(null)), 'retried')).toBe(0);
    expect(count(new JobLives('bull').take(waiting(), nothing, read(1_000)), 'retried')).toBe(0);
    const lives = new JobLives('bull');
    lives.take(events([90_000, 'active']), nothing);
    expect(count(lives.take(waiting(), nothing, read(98_000)), 'retried')).toBe(0);
    const known = new JobLives('bull');
    const again = events([1, 'waiting'], [2, 'active'], [3, 'failed'], [4, 'waiting']);
    known.take(again.slice(0, 2), nothing, new Map([['1', { name: 'mail', retriedOn: null, addedAt: null }]]));
    expect([...known.firsts(again.slice(2)).unnamed]).toEqual(['1']);
  });

  test('a parent that waits for its children is not delayed, and waits only from then on', () => {
    const out = new JobLives('bullmq').take(
      events([0, 'added'], [0, 'waiting-children'], [700, 'waiting'], [720, 'active']),
      nothing,
    );
    expect(count(out, 'delayed')).toBe(0);
    expect(of(out, 'started')).toEqual([{ at: 720, name: null, type: 'started', waitMs: 20 }]);
  });

  test('Bull’s way back from a failed attempt is one delay, seen at its start or only at its end', () => {
    const seen = events([0, 'active'], [9, 'delayed'], [99, 'delayed'], [500, 'waiting']);
    expect(count(new JobLives('bull').take(seen, nothing), 'delayed')).toBe(1);
    expect(count(new JobLives('bull').take(events([0, 'active'], [20, 'waiting']), nothing), 'delayed')).toBe(1);
    expect(count(new JobLives('bull').take(events([0, 'delayed'], [20, 'waiting']), nothing), 'delayed')).toBe(0);
  });

  test('jobs of which only the number is said disturb no other', () => {
    const lives = new JobLives('bullmq');
    const out = lives.take([{ at: 1, jobId: '', type: 'removed', count: 7 }], nothing);
    expect(out).toEqual([{ at: 1, name: null, type: 'removed', count: 7 }]);
    expect([...lives.firsts([{ at: 1, jobId: '', type: 'removed', count: 7 }]).unnamed]).toEqual([]);
  });
});

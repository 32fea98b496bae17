import { describe, expect, test } from 'vitest';
import { BUILT_IN } from '../domain/access';
import { startOperationBodySchema, type Operation } from '../domain/operation';
import { accounted, assertPossible, granted, judgeCanary, pauseAfter, stepSize, summary, withRest } from './machine';
import { newClearing, newRecord, type OperationRecord } from './record';

const QUEUE = { id: { source: 'main', namespace: 'bull', name: 'orders' }, key: 'key', kind: 'bullmq' } as const;
const PLACE = { queue: QUEUE, ref: { id: QUEUE.id, kind: 'bullmq', version: null, readOnlyReason: null } } as never;
const ACTOR = { kind: 'person', name: 'ops', role: BUILT_IN.operator.role, address: '::1' } as const;

function record(body: object = {}, change: Partial<Operation> = {}): OperationRecord {
  const parsed = startOperationBodySchema.parse({
    action: 'retry',
    target: { by: 'query', state: 'failed' },
    ...body,
  });
  const made = newRecord('id', PLACE, { ...parsed, to: null, until: 1_000 }, ACTOR, 5);
  return { ...made, operation: { ...made.operation, ...change } };
}
const counts = (change: object) => ({ counts: { ...record().operation.counts, ...change } });

describe('how it begins', () => {
  test.each([
    { body: {}, phase: 'work', position: null, because: 'finished jobs are meant by their score' },
    {
      body: { target: { by: 'ids', state: 'failed', ids: ['1'] } },
      phase: 'work',
      position: 0,
      because: 'named ones are written down',
    },
    {
      body: { target: { by: 'query', state: 'waiting' }, action: 'remove' },
      phase: 'freeze',
      position: 0,
      because: 'a list is written down first',
    },
    {
      body: { action: 'remove', undo: true },
      phase: 'hide',
      position: 0,
      because: 'what can be undone is hidden first',
    },
    { body: { canary: {} }, phase: 'canary', position: null, because: 'a canary comes before the rest' },
    {
      body: { action: 'remove', canary: {} },
      phase: 'work',
      position: null,
      because: 'nobody can watch how a removed job ends',
    },
  ])('$because', ({ body, phase, position }) => {
    const made = record(body);
    expect([made.operation.phase, made.position]).toEqual([phase, position]);
  });
  test('a clearing needs no single jobs', () => {
    const clearing = { what: 'drain', delayed: true } as const;
    const { operation, position } = newClearing('id', PLACE, { clearing, until: 9, pace: 50 }, ACTOR, 5);
    expect(operation).toMatchObject({ action: 'drain', target: { by: 'clearing', clearing }, phase: 'work', pace: 50 });
    expect(position).toBeNull();
  });
});

describe('pace', () => {
  test.each([
    { pace: null, size: 500, because: 'without a pace a step is as large as it may be' },
    { pace: 50, size: 10, because: 'a step is what fits into a fifth of a second' },
    { pace: 2, size: 1, because: 'a step has at least one job' },
    { pace: 50_000, size: 500, because: 'however fast, a step is bounded' },
  ])('$because', ({ pace, size }) => expect(stepSize(pace)).toBe(size));
  test('after a step it waits until its jobs are paid for', () => {
    expect(pauseAfter(100, 10, 1_000, 1_040)).toBe(60);
    expect(pauseAfter(100, 10, 1_000, 1_200)).toBe(0);
    expect(pauseAfter(null, 500, 1_000, 1_001)).toBe(0);
  });
});

describe('wishes', () => {
  test.each([
    { wish: 'pause', state: 'running', to: 'paused' },
    { wish: 'resume', state: 'paused', to: 'running' },
    { wish: 'stop', state: 'running', to: 'stopped' },
    { wish: 'stop', state: 'paused', to: 'stopped' },
  ] as const)('$wish of one that is $state', ({ wish, state, to }) => {
    const before = record({}, { state });
    expect(() => assertPossible(before.operation, wish)).not.toThrow();
    expect(granted(before, wish, 9).operation).toMatchObject({ state: to, updatedAt: 9 });
  });
  test.each([
    { wish: 'pause', state: 'paused' },
    { wish: 'resume', state: 'running' },
    { wish: 'undo', state: 'running' },
    { wish: 'stop', state: 'done' },
  ] as const)('$wish of one that is $state is refused', ({ wish, state }) =>
    expect(() => assertPossible(record({}, { state }).operation, wish)).toThrow(),
  );
  test('undo while jobs are out of sight brings them back', () => {
    const hidden = record({ action: 'remove', undo: true }, { state: 'deferred', dueAt: 99 });
    expect(granted(hidden, 'undo', 9).operation).toMatchObject({
      state: 'undone',
      canUndo: false,
      dueAt: null,
      endedAt: 9,
    });
  });
  test('whoever resumes after a failed canary has decided: it is not run again', () => {
    const failed = record({ canary: {} }, { state: 'paused' });
    const { canary } = failed.operation;
    const after = granted(
      { ...failed, operation: { ...failed.operation, canary: canary && { ...canary, outcome: 'failed' } } },
      'resume',
      9,
    );
    expect(after.operation).toMatchObject({ state: 'running', phase: 'work' });
  });
});

describe('counting', () => {
  const skipped = { id: '1', outcome: 'skipped', text: 'no longer failed' } as const;
  test('what is gone was left alone; in a step that is done again, it was done', () => {
    expect(accounted(record(), [skipped], false).record.operation.counts).toMatchObject({ done: 0, skipped: 1 });
    expect(accounted(record(), [skipped], true).record.operation.counts).toMatchObject({ done: 1, skipped: 0 });
  });
  test('kinds of reasons are bounded, their counts exact', () => {
    const results = Array.from(
      { length: 100 },
      (_, n) => ({ id: String(n), outcome: 'failed', text: `reason ${n}` }) as const,
    );
    const { reasons } = accounted(record(), results, false).record;
    expect(reasons.length).toBeLessThanOrEqual(41);
    expect(reasons.reduce((sum, { count }) => sum + count, 0)).toBe(100);
  });
  test('what left the set before its turn is in the report', () => {
    const after = withRest(record({}, counts({ of: 10, done: 7, failed: 1 })));
    expect(after.operation.counts).toMatchObject({ of: 10, skipped: 2 });
    expect(after.reasons).toEqual([{ text: 'gone before their turn came', outcome: 'skipped', count: 2 }]);
  });
  test('the audit line has all of it', () =>
    expect(
      summary(record({}, { state: 'done', ...counts({ of: 10, done: 7, failed: 1, skipped: 2 }) }).operation),
    ).toBe('done: 7 retried, 1 not done, 2 left alone of 10'));
});

describe('a canary', () => {
  const waiting = record({ canary: { size: 4, minSuccess: 0.75, timeoutMs: 1_000 } }).operation;
  test.each([
    { ends: ['succeeded', 'succeeded', 'succeeded', 'failed'], waited: 5, outcome: 'passed', state: 'running' },
    { ends: ['succeeded', 'succeeded', 'pending', 'pending'], waited: 5, outcome: 'waiting', state: 'running' },
    { ends: ['failed', 'failed', 'pending', 'pending'], waited: 5, outcome: 'failed', state: 'paused' },
    { ends: ['succeeded', 'succeeded', 'pending', 'pending'], waited: 1_000, outcome: 'failed', state: 'paused' },
    { ends: ['unknown', 'unknown', 'unknown', 'unknown'], waited: 5, outcome: 'failed', state: 'paused' },
    { ends: ['succeeded', 'succeeded', 'unknown', 'unknown'], waited: 5, outcome: 'passed', state: 'running' },
    { ends: [], waited: 5, outcome: 'passed', state: 'running' },
  ] as const)('$ends after $waited ms: $outcome', ({ ends, waited, outcome, state }) => {
    const judged = judgeCanary(waiting, ends, waited);
    expect([judged.canary?.outcome, judged.state]).toEqual([outcome, state]);
  });
});

import { expect, test } from 'vitest';
import { MAX_WORKERS, type SourceWorkers, type Worker } from '../domain/worker';
import { WorkerBoard } from './worker-board';

const aWorker = (id: string, changes: Partial<Worker> = {}) =>
  ({ id, queueKey: 'q', idleMs: 0, lastCommand: 'bzpopmin', ...changes }) as Worker;
const sourceOf = (workers: Worker[] | null, at = 0): SourceWorkers[] => [
  { source: 'main', at, reason: workers ? null : 'forbidden', total: workers?.length ?? null, workers },
];

test('is published when somebody comes or goes, and at most every 5 s when somebody does something else', () => {
  const board = new WorkerBoard();
  const say = (sources: SourceWorkers[], now: number) => {
    const news = board.news(sources, now);
    news?.settle();
    return news !== null;
  };
  expect(say(sourceOf([aWorker('1')]), 10_000)).toBe(true);
  expect(say(sourceOf([aWorker('1'), aWorker('2')]), 12_000)).toBe(true);
  expect(say(sourceOf([aWorker('1', { lastCommand: 'evalsha' }), aWorker('2')]), 13_000)).toBe(false);
  expect(say(sourceOf([aWorker('1', { lastCommand: 'evalsha' }), aWorker('2')]), 17_000)).toBe(true);
  expect(say(sourceOf([aWorker('1', { idleMs: 4_000, lastCommand: 'evalsha' }), aWorker('2')]), 23_000)).toBe(false);
  expect(say(sourceOf([aWorker('1', { idleMs: 90_000 }), aWorker('2')]), 25_000)).toBe(true);
  expect(say(sourceOf([aWorker('1', { idleMs: 95_000, lastCommand: 'evalsha' }), aWorker('2')]), 30_000)).toBe(true);
  expect(say(sourceOf(null), 35_000)).toBe(true);
  board.reset();
  expect(say(sourceOf(null), 36_000)).toBe(true);
});

test('what could not be stored is said again', () => {
  const board = new WorkerBoard();
  expect(board.news(sourceOf([]), 10_000)).not.toBeNull();
  expect(board.news(sourceOf([]), 11_000)).not.toBeNull();
});

test('names a bounded number, and counts all', () => {
  const many = sourceOf(Array.from({ length: MAX_WORKERS + 5 }, (_, n) => aWorker(`${n}`)));
  const [main, other] = new WorkerBoard().news([...many, ...sourceOf([aWorker('x')])], 10_000)?.sources ?? [];
  expect([main?.workers?.length, main?.total, other?.workers?.length, other?.total]).toEqual([
    MAX_WORKERS,
    MAX_WORKERS + 5,
    0,
    1,
  ]);
});

import { expect, test } from 'vitest';
import { aQueue } from '../testing/a-queue';
import { headlineOf } from './headline';

test('sums what is known and names the worst', () => {
  const { backlog, oldest } = headlineOf([
    aQueue({ name: 'a', backlog: 10, oldestWaitingMs: 9000 }),
    aQueue({ name: 'b', backlog: 30, oldestWaitingMs: 4000 }),
    aQueue({ name: 'c', backlog: null }),
  ]);
  expect(backlog.value).toBe(40);
  expect(backlog.worst?.queue.id.name).toBe('b');
  expect(oldest.value).toBe(9000);
  expect(oldest.worst?.queue.id.name).toBe('a');
});

test('what no queue knows is unknown, not zero', () => {
  expect(headlineOf([aQueue({ lastMinute: { failed: null } })]).failed.value).toBeNull();
});

test('nobody is named when all is zero', () =>
  expect(headlineOf([aQueue()]).failed).toEqual({ value: 0, worst: null }));

import { expect, test } from 'vitest';
import { aQueue } from '../testing/a-queue';
import { applyEvent, NO_DATA } from './live-state';

const snapshot = applyEvent(NO_DATA, {
  event: 'snapshot',
  data: { at: 1, queues: [aQueue({ name: 'b10' }), aQueue({ name: 'b9' }), aQueue({ name: 'a' })] },
});
const names = (data: typeof snapshot) => data.queues.map((queue) => queue.id.name);

test('a snapshot is ordered by name, digits as numbers', () => expect(names(snapshot)).toEqual(['a', 'b9', 'b10']));

test('a change replaces only the queue that changed and keeps the order', () => {
  const changed = aQueue({ name: 'b9', backlog: 7 });
  const after = applyEvent(snapshot, { event: 'changes', data: { at: 2, queues: [changed] } });
  expect(names(after)).toEqual(['a', 'b9', 'b10']);
  expect(after.byKey.get(changed.key)?.backlog).toBe(7);
  expect(after.queues[0]).toBe(snapshot.queues[0]);
  expect(after.at).toBe(2);
});

test('a change of an unknown queue adds it', () => {
  const after = applyEvent(snapshot, { event: 'changes', data: { at: 2, queues: [aQueue({ name: 'aa' })] } });
  expect(names(after)).toEqual(['a', 'aa', 'b9', 'b10']);
});

test('an empty change moves the clock and nothing else', () => {
  const after = applyEvent(snapshot, { event: 'changes', data: { at: 9, queues: [] } });
  expect(after.queues).toBe(snapshot.queues);
  expect(after.at).toBe(9);
});

test('a removed queue is gone', () => {
  const after = applyEvent(snapshot, { event: 'removed', data: { at: 3, keys: [aQueue({ name: 'a' }).key] } });
  expect(names(after)).toEqual(['b9', 'b10']);
});

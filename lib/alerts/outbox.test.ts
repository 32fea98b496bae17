import { expect, test } from 'vitest';
import type { Alert } from '../domain/alert';
import { afterFailure, afterSuccess, due, enqueue, MAX_WAITING_PER_CHANNEL, type Outbox } from './outbox';

const NOW = 1_000_000;
const HOUR = 3_600_000;

const anAlert = (id: string): Alert => ({
  id,
  rule: 'Backlog',
  severity: 'critical',
  queue: { source: 'main', namespace: 'bull', name: 'reports' },
  queueKey: 'key',
  metric: 'backlog',
  state: 'firing',
  since: NOW,
  firedAt: NOW,
  resolvedAt: null,
  value: 2,
  threshold: 1,
  isStale: false,
  sentence: 'text',
});
const fired = (id: string) => ({ type: 'fired' as const, alert: anAlert(id) });
const resolved = (id: string) => ({ type: 'resolved' as const, alert: anAlert(id) });

test('each channel gets each event, in the order of the events', () => {
  const { outbox } = enqueue([], [fired('1'), resolved('1')], ['a', 'b'], NOW);
  expect(outbox.map(({ id, channel }) => `${channel} ${id}`)).toEqual([
    'a 1.fired',
    'b 1.fired',
    'a 1.resolved',
    'b 1.resolved',
  ]);
});

test('a channel that fails holds back its own messages, and no others', () => {
  let { outbox }: { outbox: Outbox } = enqueue([], [fired('1'), resolved('1')], ['a', 'b'], NOW);
  outbox = afterFailure(outbox, { id: '1.fired', channel: 'a' }, NOW).outbox;
  expect(due(outbox, 'a', NOW + 999)).toBeNull();
  expect(due(outbox, 'b', NOW)).toMatchObject({ id: '1.fired', channel: 'b' });
  expect(due(outbox, 'a', NOW + 1_000)).toMatchObject({ id: '1.fired', attempts: 1 });
  outbox = afterSuccess(outbox, { id: '1.fired', channel: 'a' });
  expect(due(outbox, 'a', NOW + 1_000)).toMatchObject({ id: '1.resolved' });
  expect(due(outbox, 'b', NOW)).toMatchObject({ id: '1.fired' });
});

test('the wait doubles from one second to five minutes, and ends after a day', () => {
  let { outbox }: { outbox: Outbox } = enqueue([], [fired('1')], ['a'], NOW);
  let now = NOW;
  const waits: number[] = [];
  for (;;) {
    const result = afterFailure(outbox, { id: '1.fired', channel: 'a' }, now);
    outbox = result.outbox;
    if (result.isGivenUp) break;
    const next = outbox[0]?.nextAt ?? 0;
    waits.push((next - now) / 1_000);
    now = next;
  }
  expect(waits.slice(0, 11)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  expect(now - NOW).toBeGreaterThanOrEqual(24 * HOUR);
  expect(now - NOW).toBeLessThan(24.1 * HOUR);
  expect(outbox).toEqual([]);
});

test('a message that the receiver rejects does not hold up the others for a day', () => {
  let { outbox }: { outbox: Outbox } = enqueue([], [fired('1'), fired('2')], ['a'], NOW);
  const given = Array.from({ length: 5 }, () => {
    const result = afterFailure(outbox, { id: '1.fired', channel: 'a' }, NOW, true);
    outbox = result.outbox;
    return result.isGivenUp;
  });
  expect(given).toEqual([false, false, false, false, true]);
  expect(due(outbox, 'a', NOW)).toMatchObject({ id: '2.fired' });
});

test('the outbox is bounded: the oldest of a channel go, and are named', () => {
  const events = Array.from({ length: MAX_WAITING_PER_CHANNEL + 3 }, (_, index) => fired(String(index)));
  const { outbox, dropped } = enqueue([], events, ['a'], NOW);
  expect(outbox).toHaveLength(MAX_WAITING_PER_CHANNEL);
  expect(dropped.map(({ id }) => id)).toEqual(['0.fired', '1.fired', '2.fired']);
});

test('without channels nothing waits', () => expect(enqueue([], [fired('1')], [], NOW).outbox).toEqual([]));

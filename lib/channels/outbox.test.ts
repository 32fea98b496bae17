import { expect, test } from 'vitest';
import { aNotification } from '../testing/a-notification';
import { afterFailure, afterSuccess, due, enqueue, MAX_WAITING_PER_CHANNEL, waitingFor, type Outbox } from './outbox';

const NOW = 1_000_000;
const HOUR = 3_600_000;

const news = (id: string, ...channels: string[]) => ({ notification: aNotification({ id }), channels });
const start = (...ids: string[]): Outbox =>
  enqueue(
    [],
    ids.map((id) => news(id, 'a', 'b')),
    NOW,
  ).outbox;
const ids = (outbox: Outbox, channel: string) => waitingFor(outbox, channel).map(({ notification }) => notification.id);

test('each channel gets each event, in the order of the events', () => {
  const outbox = start('1.fired', '1.resolved');
  expect(ids(outbox, 'a')).toEqual(['1.fired', '1.resolved']);
  expect(ids(outbox, 'b')).toEqual(['1.fired', '1.resolved']);
});

test('a channel that fails holds back its own messages, and no others', () => {
  let outbox = start('1.fired', '1.resolved');
  outbox = afterFailure(outbox, { id: '1.fired', channel: 'a' }, NOW).outbox;
  expect(due(outbox, 'a', NOW + 999)).toBeNull();
  expect(due(outbox, 'b', NOW)).toMatchObject({ id: '1.fired' });
  expect(due(outbox, 'a', NOW + 1_000)).toMatchObject({ id: '1.fired' });
  outbox = afterSuccess(outbox, { id: '1.fired', channel: 'a' });
  expect(due(outbox, 'a', NOW + 1_000)).toMatchObject({ id: '1.resolved' });
  expect(due(outbox, 'b', NOW)).toMatchObject({ id: '1.fired' });
  outbox = afterSuccess(outbox, { id: '1.fired', channel: 'b' });
  expect(outbox).toHaveLength(1);
});

test('the wait doubles from one second to five minutes, and ends after a week', () => {
  let outbox = enqueue([], [news('1', 'a')], NOW).outbox;
  let now = NOW;
  const waits: number[] = [];
  for (;;) {
    const result = afterFailure(outbox, { id: '1', channel: 'a' }, now);
    outbox = result.outbox;
    if (result.isGivenUp) break;
    const next = outbox[0]?.deliveries[0]?.nextAt ?? 0;
    waits.push((next - now) / 1_000);
    now = next;
  }
  expect(waits.slice(0, 11)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  expect(now - NOW).toBeGreaterThanOrEqual(7 * 24 * HOUR);
  expect(now - NOW).toBeLessThan(7.01 * 24 * HOUR);
  expect(outbox).toEqual([]);
});

test.each([
  { asked: 30_000, waits: 30_000, because: 'a receiver that asks for patience gets it' },
  { asked: 10, waits: 1_000, because: 'but the backoff holds' },
  { asked: 24 * HOUR, waits: 15 * 60_000, because: 'and nobody silences a channel for a day' },
])('$because', ({ asked, waits }) => {
  const { outbox } = afterFailure(start('1'), { id: '1', channel: 'a' }, NOW, { retryAfterMs: asked });
  expect(due(outbox, 'a', NOW + waits - 1)).toBeNull();
  expect(due(outbox, 'a', NOW + waits)).not.toBeNull();
});

test('a message that the receiver rejects does not hold up the others for days', () => {
  let outbox = enqueue([], [news('1', 'a'), news('2', 'a')], NOW).outbox;
  const given = Array.from({ length: 5 }, () => {
    const result = afterFailure(outbox, { id: '1', channel: 'a' }, NOW, { isRejected: true });
    outbox = result.outbox;
    return result.isGivenUp;
  });
  expect(given).toEqual([false, false, false, false, true]);
  expect(due(outbox, 'a', NOW)).toMatchObject({ id: '2' });
});

test('the outbox is bounded: the oldest of a channel go, and are named; other channels keep theirs', () => {
  const before = enqueue([], [news('b', 'a', 'b')], NOW).outbox;
  const many = Array.from({ length: MAX_WAITING_PER_CHANNEL + 2 }, (_, index) => news(String(index), 'a'));
  const { outbox, dropped } = enqueue(before, many, NOW);
  expect(waitingFor(outbox, 'a')).toHaveLength(MAX_WAITING_PER_CHANNEL);
  expect(ids(outbox, 'b')).toEqual(['b']);
  expect(dropped.map(({ entry }) => entry.notification.id)).toEqual(['b', '0', '1']);
});

test('without channels nothing waits', () => expect(enqueue([], [news('1')], NOW).outbox).toEqual([]));

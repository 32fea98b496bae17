import { expect, test } from 'vitest';
import { countEvents } from './count-events';

const totals = (publish: number, deliver = 0, ack = 0, redeliver = 0) => ({ publish, deliver, ack, redeliver });

test('what happened is the growth of the totals, at the time of reading', () => {
  const { events, hasRestarted } = countEvents(totals(10, 8, 7, 1), totals(15, 12, 9, 3), 1_000, 6_000);
  expect(hasRestarted).toBe(false);
  expect(events).toEqual([
    { at: 6_000, type: 'arrived', count: 5 },
    { at: 6_000, type: 'started', waitMs: null, count: 4 },
    { at: 6_000, type: 'completed', runMs: null, count: 2 },
    { at: 6_000, type: 'stalled', count: 2 },
  ]);
});

test('a total that fell began anew: what it says has happened since', () => {
  const { events, hasRestarted } = countEvents(totals(1_000, 900), totals(4, 0), 0, 5_000);
  expect(hasRestarted).toBe(true);
  expect(events).toEqual([{ at: 5_000, type: 'arrived', count: 4 }]);
});

test('messages of minutes in which nobody looked are spread over them, and none is lost by rounding', () => {
  const { events } = countEvents(totals(0), totals(100), 0, 7 * 60_000);
  expect(events).toHaveLength(7);
  expect(events.reduce((sum, event) => sum + (event.type === 'arrived' ? event.count : 0), 0)).toBe(100);
  expect(events.at(-1)?.at).toBe(7 * 60_000);
  expect(events.every(({ at }, index) => index === 0 || at > (events[index - 1]?.at ?? 0))).toBe(true);
});

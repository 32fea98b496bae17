import { expect, test } from 'vitest';
import { BrokerClock } from './broker-clock';

const NOW = 1_795_000_000_000;

test('an answer that was read late does not put the broker’s clock behind', () => {
  const clock = new BrokerClock();
  clock.note(NOW + 301, 2, NOW + 2);
  expect(clock.offset()).toBe(300);
  // Read 400 ms after it had come.
  expect(clock.note(NOW + 1_301, 402, NOW + 1_402)).toBe(0);
  expect(clock.offset()).toBe(300);
});

test('a clock that runs away slowly is followed', () => {
  const clock = new BrokerClock();
  for (let look = 0; look < 200; look += 1) clock.note(NOW + look * 1_000 + look, 2, NOW + look * 1_000 + 1);
  expect(clock.offset()).toBeGreaterThan(160);
});

test.each([3_600_000, -3_600_000, 5_000])('a jump by %i ms is told once and then believed', (ms) => {
  const clock = new BrokerClock();
  clock.note(NOW, 2, NOW + 1);
  expect(clock.note(NOW + 1_000 + ms, 2, NOW + 1_001)).toBe(ms);
  expect(clock.note(NOW + 2_000 + ms, 2, NOW + 2_001)).toBe(0);
  expect(clock.offset()).toBe(ms);
});

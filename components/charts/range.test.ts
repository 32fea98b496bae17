import { expect, test } from 'vitest';
import { boundsOf, LONGEST_MS, moved, movedBy, widened, windowOf } from './range';

test('a moving range ends now', () =>
  expect(boundsOf(windowOf('15m', null, null), 1_000_000)).toEqual({ from: 100_000, to: 1_000_000 }));
test('a zoomed one stands still', () =>
  expect(windowOf('1h', 5000, 65_000)).toEqual({ kind: 'fixed', from: 5000, to: 65_000 }));
test.each([
  [65_000, 5000],
  [5000, null],
  [5000, 5001],
  [-5000, 65_000],
  [0, LONGEST_MS + 1],
])('from %s to %s makes no sense and is ignored', (from, to) => expect(windowOf('3h', from, to).kind).toBe('moving'));

test('moving keeps the length', () =>
  expect(moved({ from: 1000, to: 2000 }, -0.5, 9000)).toEqual({ from: 500, to: 1500 }));
test('moving stops at now', () =>
  expect(movedBy({ from: 1000, to: 2000 }, 5000, 2600)).toEqual({ from: 1600, to: 2600 }));
test('moving stops at the beginning of time', () =>
  expect(movedBy({ from: 1000, to: 2000 }, -5000, 9000)).toEqual({ from: 0, to: 1000 }));
test('a window that already ends after now is not pulled back', () =>
  expect(moved({ from: 1000, to: 2000 }, 1, 1500)).toEqual({ from: 1000, to: 2000 }));
test('widening doubles around the middle, and into the past where now is in the way', () => {
  expect(widened({ from: 1000, to: 2000 }, 9000)).toEqual({ from: 500, to: 2500 });
  expect(widened({ from: 1000, to: 2000 }, 2000)).toEqual({ from: 0, to: 2000 });
});
test('nothing becomes longer than anything is kept', () => {
  const { from, to } = widened({ from: LONGEST_MS, to: 2 * LONGEST_MS }, 3 * LONGEST_MS);
  expect(to - from).toBe(LONGEST_MS);
});

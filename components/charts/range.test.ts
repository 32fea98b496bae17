import { expect, test } from 'vitest';
import { boundsOf, windowOf } from './range';

test('a moving range ends now', () =>
  expect(boundsOf(windowOf('15m', null, null), 1_000_000)).toEqual({ from: 100_000, to: 1_000_000 }));
test('a zoomed one stands still', () =>
  expect(windowOf('1h', 5000, 65_000)).toEqual({ kind: 'fixed', from: 5000, to: 65_000 }));
test.each([
  [65_000, 5000],
  [5000, null],
  [5000, 5001],
])('from %s to %s makes no sense and is ignored', (from, to) => expect(windowOf('3h', from, to).kind).toBe('moving'));

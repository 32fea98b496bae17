import { expect, test } from 'vitest';
import { aSeries } from '../testing/a-series';
import { onlyKnown, perMinuteAt, toRows, valueAt } from './series-rows';

test('a missing bucket stays missing', () => {
  const series = aSeries({ failed: [1, null, 0] });
  expect(toRows(series, ['failed'], (key, index) => valueAt(series, key, index)).map(({ failed }) => failed)).toEqual([
    1,
    null,
    0,
  ]);
});

test('a metric that the server did not send is unknown everywhere', () => {
  const series = aSeries({ failed: [1, 2] });
  expect(valueAt(series, 'stalled', 0)).toBeNull();
});

test('a counter becomes a pace per minute', () => {
  expect(perMinuteAt(aSeries({ completed: [30] }, { stepMs: 10_000 }), 'completed', 0, 1e12)).toBe(180);
});

test('the bucket that is still filling counts by the time that has passed', () => {
  const series = aSeries({ completed: [10, 5] }, { stepMs: 10_000, unfinishedFrom: 10_000 });
  expect(perMinuteAt(series, 'completed', 1, 15_000)).toBe(60);
  expect(perMinuteAt(series, 'completed', 1, 11_000)).toBeNull();
});

test('a line without any value is left out', () => {
  const line = { label: '', color: '', shape: 'line' } as const;
  expect(
    onlyKnown({
      rows: [{ at: 0, a: null, b: 0 }],
      lines: [
        { key: 'a', ...line },
        { key: 'b', ...line },
      ],
    }).lines.map(({ key }) => key),
  ).toEqual(['b']);
});

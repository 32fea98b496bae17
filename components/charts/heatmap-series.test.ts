import { expect, test } from 'vitest';
import { durationTicks, LEVELS, levelOf, placeOf, toCells, totalsOf } from './heatmap-series';
import { findHumps, humpWords } from './humps';

const bounds = Array.from({ length: 12 }, (_, row) => 10 * 2 ** row);
const heatmap = { from: 0, to: 3000, stepMs: 1000, tierMs: 1000, bounds };

test('a cell without jobs is not drawn, a time without figures has no cells', () => {
  const { cells, most } = toCells({ ...heatmap, counts: [[0, 1], null, [100]] });
  expect(most).toBe(100);
  expect(cells[0]).toEqual([{ step: 0, row: 1 }]);
  expect(cells[LEVELS - 1]).toEqual([{ step: 2, row: 0 }]);
});
test('a single job is seen beside a million', () => {
  expect(levelOf(1, 1_000_000)).toBe(0);
  expect(levelOf(1_000, 1_000_000)).toBe(Math.floor(LEVELS / 2));
});
test('rows are summed over the range', () =>
  expect(totalsOf({ ...heatmap, counts: [[1, 2], null, [0, 5]] }).slice(0, 2)).toEqual([1, 7]));
test('the axis is logarithmic', () => {
  expect(placeOf(5, bounds)).toBeCloseTo(0);
  expect(placeOf(bounds.at(-1) ?? 0, bounds)).toBeCloseTo(1);
  expect(durationTicks(bounds)).toEqual([10, 100, 1000, 10_000]);
});

test('two humps are found, with their shares', () => {
  const humps = findHumps([0, 40, 80, 40, 2, 0, 1, 10, 20, 10, 0, 0], bounds);
  expect(humps.map(({ share }) => Math.round(share * 100))).toEqual([80, 20]);
  expect(humpWords(humps, (ms) => `${Math.round(ms)} ms`)).toBe('Two groups: 80 % around 28 ms, 20 % around 1810 ms.');
});
test('noise on one hump does not make two', () =>
  expect(findHumps([5, 30, 26, 40, 33, 35, 20, 8, 1, 0, 0, 0], bounds)).toHaveLength(1));
test('nothing is no hump', () =>
  expect(
    findHumps(
      bounds.map(() => 0),
      bounds,
    ),
  ).toEqual([]));

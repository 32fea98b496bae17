import { expect, test } from 'vitest';
import { sparkPaths } from './spark-paths';

test('the largest value is at the top, zero at the bottom', () => {
  expect(sparkPaths([0, 10, 5], 20, 11)).toEqual({
    line: 'M0 10L10 1.5L20 5.8',
    area: 'M0 10L10 1.5L20 5.8L20 10L0 10Z',
    most: 10,
  });
});

test('where nobody looked the line is broken, and a value alone is seen', () => {
  const { line, area } = sparkPaths([1, 1, null, 1, null], 40, 11);
  expect(line).toBe('M0 1.5L10 1.5M29 1.5h2');
  expect(area).toBe('M0 1.5L10 1.5L10 10L0 10Z');
});

test('nothing known and nothing waiting', () => {
  expect(sparkPaths([], 40, 11)).toEqual({ line: '', area: '', most: 0 });
  expect(sparkPaths([null, null], 40, 11)).toEqual({ line: '', area: '', most: 0 });
  expect(sparkPaths([0, 0], 40, 11).line).toBe('M0 10L40 10');
});

import { expect, test } from 'vitest';
import { settledValue, tailValue } from './tail-series';

const rows = [10, 20, 3].map((failed, index) => ({ at: index * 1000, failed }));
const filling = { from: 2000, stepMs: 1000 };

test('the bucket that is still filling is not part of the line', () =>
  expect(rows.map((row) => settledValue(row, { key: 'failed' }, filling))).toEqual([10, 20, null]));
test('the tail leads from the last complete bucket to it', () =>
  expect(rows.map((row) => tailValue(row, { key: 'failed' }, filling))).toEqual([null, 20, 3]));
test('no line falls to a count that is not complete', () =>
  expect(rows.map((row) => tailValue(row, { key: 'failed', isCount: true }, filling))).toEqual([null, null, 3]));
test('a range of the past is one line to its end', () => {
  const past = { from: null, stepMs: 1000 };
  expect(rows.map((row) => settledValue(row, { key: 'failed' }, past))).toEqual([10, 20, 3]);
  expect(rows.map((row) => tailValue(row, { key: 'failed' }, past))).toEqual([null, null, null]);
});

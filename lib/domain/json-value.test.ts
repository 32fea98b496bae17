import { expect, test } from 'vitest';
import { isWithinDepth, jsonValueSchema, MAX_JSON_DEPTH } from './json-value';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

test.each([
  { value: 1, limit: 0, fits: true },
  { value: null, limit: 0, fits: true },
  { value: {}, limit: 0, fits: false },
  { value: { a: [1] }, limit: 2, fits: true },
  { value: { a: [[1]] }, limit: 2, fits: false },
])('depth of $value against $limit', ({ value, limit, fits }) => expect(isWithinDepth(value, limit)).toBe(fits));

test('a value of 10,000 brackets is refused and overflows nothing', () => {
  expect(jsonValueSchema.safeParse(nested(10_000)).success).toBe(false);
  expect(jsonValueSchema.safeParse(nested(MAX_JSON_DEPTH)).success).toBe(true);
});

test('any JSON value is taken, nothing at all is not', () => {
  for (const value of [null, 0, '', false, [], { a: null }])
    expect(jsonValueSchema.safeParse(value).success).toBe(true);
  expect(jsonValueSchema.safeParse(undefined).success).toBe(false);
});

import { expect, test } from 'vitest';
import { hasRoundedNumbers, isWithinDepth, jsonValueSchema, MAX_JSON_DEPTH } from './json-value';

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

test.each([
  ['{"id": 12345678901234567890}', true],
  ['{"id": "12345678901234567890"}', false],
  ['{"a\\"": "x", "n": 9007199254740991}', false],
  ['[9007199254740993]', true],
  ['[9007199254740992, -90071992547409920]', false],
  ['[0.9414709848078965, 1.7976931348623157e+308, 0.30000000000000004]', false],
  ['[0.94147098480789651234]', true],
  ['[1e400]', true],
  ['[1e-400]', true],
  ['{"a": "1e400"}', false],
])('numbers that are rounded are noticed: %s', (text, isRounded) => expect(hasRoundedNumbers(text)).toBe(isRounded));

test('a text of megabytes is looked through without a stack that overflows', () => {
  expect(hasRoundedNumbers(JSON.stringify({ blob: '\\"x'.repeat(3_000_000) }))).toBe(false);
});

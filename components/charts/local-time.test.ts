import { expect, test } from 'vitest';
import { fromInput, toInput } from './local-time';

const AT = Date.UTC(2026, 2, 5, 22, 4, 5);

test('UTC reads as UTC', () => {
  expect(toInput(AT, 'utc')).toBe('2026-03-05T22:04:05');
  expect(fromInput('2026-03-05T22:04:05', 'utc')).toBe(AT);
  expect(fromInput('2026-03-05T22:04', 'utc')).toBe(AT - 5000);
});
test('the local clock leads back to the same moment', () => expect(fromInput(toInput(AT, 'local'), 'local')).toBe(AT));
test('what is no time is none', () => expect(fromInput('', 'utc')).toBeNull());

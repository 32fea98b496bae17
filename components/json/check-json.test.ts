import { expect, test } from 'vitest';
import { checkJson } from './check-json';

test.each([
  { text: '{"a": 1}', value: { a: 1 } },
  { text: ' null ', value: null },
  { text: '"\\ud800"', value: '\ud800' },
])('$text is fine', ({ text, value }) => expect(checkJson(text)).toEqual({ value, fault: null, warning: null }));

test.each([
  { text: '', line: 1 },
  { text: '{\n  "a": 1,\n  b: 2\n}', line: 3 },
  { text: '{\n  "a": [1, 2\n', line: 3 },
  { text: "{'a': 1}", line: 1 },
  { text: '[1,\n2,\n]', line: 3 },
])('$text is not: line $line', ({ text, line }) => {
  const checked = checkJson(text);
  expect(checked.fault?.line).toBe(line);
  expect(checked.fault?.message).toMatch(/^[A-Z]/);
  expect(checked.fault?.message).not.toMatch(/position/);
});

test('too deep a value is refused before it is sent, a long number is warned of', () => {
  expect(checkJson('['.repeat(2_000) + ']'.repeat(2_000)).fault?.message).toMatch(/1000 levels/);
  expect(checkJson('{"id": 12345678901234567890}')).toMatchObject({ fault: null, warning: /rounded/ });
});

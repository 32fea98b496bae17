import { expect, test } from 'vitest';
import { prettyJson } from './pretty-json';

test('JSON is laid out', () =>
  expect(prettyJson('{"a":[1, 2]}')).toEqual({ text: '{\n  "a": [\n    1,\n    2\n  ]\n}', isJson: true }));
test('what is no JSON stays as it is', () => expect(prettyJson('{a:1}')).toEqual({ text: '{a:1}', isJson: false }));
test('a number that would be rounded stays as it was sent', () => {
  const text = '{"id":12345678901234567890123}';
  expect(prettyJson(text)).toEqual({ text, isJson: true });
});
test('a key that stands twice is not swallowed', () => expect(prettyJson('{"a":1,"a":2}').text).toBe('{"a":1,"a":2}'));
test('a bare string is JSON', () => expect(prettyJson('"hello"')).toEqual({ text: '"hello"', isJson: true }));

import { expect, test } from 'vitest';
import { newestStack, STACK_TAIL_CHARS } from './stack';

test.each([
  ['one', ['Error: a\n    at f (/a.js:1:1)']],
  ['the last of several', ['Error: a', 'Error: b\n  at g']],
  ['quotes and backslashes inside', ['x', 'Error: "a","b" \\","c\\\\']],
  ['a backslash before the boundary', ['ends with \\', 'Error: b']],
  ['an empty one before it', ['', 'Error: b']],
])('reads %s', (_, stacks) => expect(newestStack(JSON.stringify(stacks))).toBe(stacks.at(-1)));

test('reads the newest of a field that is longer than what is looked at', () => {
  const field = JSON.stringify([...new Array<string>(100).fill('x'.repeat(2_000)), 'Error: newest']);
  expect(field.length).toBeGreaterThan(STACK_TAIL_CHARS);
  expect(newestStack(field)).toBe('Error: newest');
  expect(newestStack(field.slice(-STACK_TAIL_CHARS))).toBe('Error: newest');
});

test.each([null, undefined, '', '[]', '[null]', 'not json', '{"a":"b"}', '["', '"]', `["${'x'.repeat(40_000)}"]`])(
  'has none in %.20j',
  (field) => expect(newestStack(field)).toBeNull(),
);

import { expect, test } from 'vitest';
import type { SearchSuggestions } from '@/lib/domain/search';
import { complete, FIELD_HELP } from './complete';

const seen: SearchSuggestions = {
  sampled: 150,
  names: ['charge', 'refund card'],
  errors: ['connect ECONNREFUSED', 'card declined'],
  paths: [
    { path: 'data.customer.id', values: ['17', '4'] },
    { path: 'data.customer.tier', values: ['gold'] },
    { path: 'result.ok', values: ['true'] },
  ],
};
const texts = (text: string, caret = text.length) => complete(text, caret, seen).map((each) => each.text);
const applied = (text: string, pick: string) => {
  const found = complete(text, text.length, seen).find((each) => each.text === pick);
  return found && text.slice(0, found.from) + found.text + text.slice(found.to);
};

test('an empty box offers the fields', () => expect(texts('')).toEqual(FIELD_HELP.slice(0, 8).map(({ text }) => text)));
test('a word offers the fields that begin so', () => expect(texts('a')).toEqual(['attempts>', 'age<']));
test('a field that is complete offers what was seen', () => {
  expect(texts('name:')).toEqual(['charge', '"refund card"']);
  expect(texts('name:ref')).toEqual(['"refund card"']);
  expect(texts('error:econn')).toEqual(['"connect ECONNREFUSED"']);
  expect(texts('data.customer.tier=')).toEqual(['gold']);
});
test('paths are offered after "data." and for a part of their name', () => {
  expect(texts('data.')).toEqual(['data.customer.id=', 'data.customer.tier=']);
  expect(texts('tier')).toEqual(['data.customer.tier=']);
});
test('what is picked replaces what was typed, beside other terms and a minus', () => {
  expect(applied('age<2h -name:ref', '"refund card"')).toBe('age<2h -name:"refund card"');
  expect(applied('x tier', 'data.customer.tier=')).toBe('x data.customer.tier=');
  expect(applied('error:"card de', '"card declined"')).toBe('error:"card declined"');
});
test('what is written already is not offered', () => expect(texts('name:charge')).toEqual([]));
test('in the middle of a text the term under the caret is completed', () =>
  expect(texts('nam timeout', 3)).toEqual(['name:']));

import { describe, expect, test } from 'vitest';
import type { SearchTerm } from '../domain/search';
import { mask, parseRules, REDACTED, redactValue, rulesOf, touches } from './redact-paths';
import { assertMayAsk } from './redact-query';

const X = REDACTED;
const redact = (patterns: string[], value: unknown) => redactValue(value, rulesOf(parseRules(patterns), 'data'));

test.each([
  [['data.card'], { card: { number: 1 }, id: 2 }, { card: X, id: 2 }],
  [['data.card.number'], { card: { number: 1, kind: 'x' } }, { card: { number: X, kind: 'x' } }],
  [['data.*.email'], { a: { email: 'x' }, b: { email: 'y', n: 1 } }, { a: { email: X }, b: { email: X, n: 1 } }],
  [['data.people.*.email'], { people: [{ email: 'x' }, { n: 1 }] }, { people: [{ email: X }, { n: 1 }] }],
  [
    ['data.**.password'],
    { a: [{ b: { password: 'p' } }], password: 'q' },
    { a: [{ b: { password: X } }], password: X },
  ],
  [['data.**'], { a: 1 }, X],
  [['data'], [1, 2], X],
  [['*.card'], { card: 1 }, { card: X }],
  [['**.secret'], { a: { secret: 1 } }, { a: { secret: X } }],
  [['result.card'], { card: 1 }, { card: 1 }],
  [['data.cards'], { card: 1 }, { card: 1 }],
  [['data.0'], ['a', 'b'], [X, 'b']],
  [['data.a', 'data.b.c'], { a: 1, b: { c: 2, d: 3 } }, { a: X, b: { c: X, d: 3 } }],
  [['data.a.b'], { a: 'plain' }, { a: 'plain' }],
  [['data.__proto__.x'], JSON.parse('{"__proto__":{"x":1}}'), JSON.parse('{}')],
])('%j', (patterns, value, expected) => {
  const before = JSON.stringify(value);
  if (patterns[0]?.includes('__proto__')) expect(JSON.stringify(redact(patterns, value).value)).not.toContain('1');
  else expect(redact(patterns, value).value).toEqual(expected);
  expect(JSON.stringify(value)).toBe(before);
});

test('what was taken out is masked in texts, the longer value first', () => {
  const { taken } = redact(['data.card', 'data.id'], { card: { number: '4111-1111', cvc: 123 }, id: '4111' });
  expect(taken.sort()).toEqual(['4111', '4111-1111']);
  expect(mask('declined 4111-1111 of 4111, cvc 123', taken)).toBe(`declined ${X} of ${X}, cvc 123`);
});

test('ten thousand levels overflow nothing', () => {
  let deep: unknown = { password: 'hunter22' };
  for (let level = 0; level < 10_000; level += 1) deep = { a: deep };
  expect(() => redact(['data.**.password'], deep)).not.toThrow();
  expect(JSON.stringify(redact(['data.**.password'], deep).value)).not.toContain('hunter22');
});

describe('searching', () => {
  const rules = parseRules(['data.card.number', 'data.**.password', 'data.people.*.email']);
  const term = (field: SearchTerm['field'], path?: string[]): SearchTerm => ({
    field,
    ...(path ? { path } : {}),
    comparison: 'contains',
    value: 'x',
    isNegated: false,
  });
  test.each([
    [term('text')],
    [term('error')],
    [term('stack')],
    [term('progress')],
    [term('data')],
    [term('result')],
    [term('data', ['card'])],
    [term('data', ['card', 'number'])],
    [term('data', ['card', 'number', 'first'])],
    [term('data', ['anything', 'password'])],
    [term('data', ['people', '0', 'email'])],
    [term('data', ['people', 'email'])],
  ])('$field $path is refused', (one) => expect(() => assertMayAsk(rules, { terms: [one] })).toThrow('not possible'));
  test.each([[term('name')], [term('id')], [term('group')], [term('finished')], [term('result', ['total'])]])(
    '$field $path is answered',
    (one) => expect(() => assertMayAsk(rules, { terms: [one] })).not.toThrow(),
  );
  test('with rules on plain paths other paths are answered', () =>
    expect(touches(rulesOf(parseRules(['data.card.number']), 'data'), ['order', 'id'])).toBe(false));
  test('without rules everything is', () =>
    expect(() => assertMayAsk(parseRules([]), { terms: [term('text')] })).not.toThrow());
});

import { describe, expect, test } from 'vitest';
import type { SearchTerm } from '../domain/search';
import { formatJobQuery } from './format-query';
import { parseJobQuery } from './parse-query';

const NOW = Date.UTC(2026, 10, 24, 15, 30);
const HOUR = 3_600_000;
const term = (field: SearchTerm['field'], value: string | number, more: Partial<SearchTerm> = {}): SearchTerm => ({
  field,
  comparison: 'contains',
  value,
  isNegated: false,
  ...more,
});
const read = (text: string) => parseJobQuery(text, NOW);
const problemOf = (text: string) => read(text).problems?.[0];

describe('what a person types', () => {
  test.each<[string, SearchTerm[]]>([
    ['', []],
    ['   ', []],
    ['timeout', [term('text', 'timeout')]],
    ['card declined', [term('text', 'card'), term('text', 'declined')]],
    ['"card declined"', [term('text', 'card declined')]],
    ['-timeout', [term('text', 'timeout', { isNegated: true })]],
    ['- -', [term('text', '-'), term('text', '-')]],
    ['a-b', [term('text', 'a-b')]],
    ['name:charge', [term('name', 'charge')]],
    ['NAME:Charge', [term('name', 'Charge')]],
    ['name=charge', [term('name', 'charge', { comparison: 'equals' })]],
    ['name:=charge', [term('name', 'charge', { comparison: 'equals' })]],
    ['name=""', [term('name', '', { comparison: 'equals' })]],
    ['-error:"card declined"', [term('error', 'card declined', { isNegated: true })]],
    ['error:"say \\"no\\" \\\\ \\n"', [term('error', 'say "no" \\ \\n')]],
    ['stack:axios id:17', [term('stack', 'axios'), term('id', '17')]],
    ['data:sku-9', [term('data', 'sku-9')]],
    ['data.customer.id=17', [term('data', '17', { path: ['customer', 'id'], comparison: 'equals' })]],
    ['data.amount>=10.5', [term('data', 10.5, { path: ['amount'], comparison: '>=' })]],
    ['data."a key.b".c:x', [term('data', 'x', { path: ['a key.b', 'c'] })]],
    ['result.items.0.ok=true', [term('result', 'true', { path: ['items', '0', 'ok'], comparison: 'equals' })]],
    ['attempts>3', [term('attempts', 3, { comparison: '>' })]],
    ['attempts:3', [term('attempts', 3, { comparison: 'equals' })]],
    ['attempts:>3', [term('attempts', 3, { comparison: '>' })]],
    ['priority<=5', [term('priority', 5, { comparison: '<=' })]],
    ['progress:half', [term('progress', 'half')]],
    ['progress=50', [term('progress', 50, { comparison: 'equals' })]],
    ['age<2h', [term('age', 2 * HOUR, { comparison: '<' })]],
    ['run>1h30m', [term('run', 1.5 * HOUR, { comparison: '>' })]],
    ['wait>=500ms', [term('wait', 500, { comparison: '>=' })]],
    ['group:abc123', [term('group', 'abc123', { comparison: 'equals' })]],
    ['finished:2h', [term('finished', NOW - 2 * HOUR, { comparison: '>=' })]],
    ['-finished:2h', [term('finished', NOW - 2 * HOUR, { comparison: '>=', isNegated: true })]],
    [
      'finished:2026-11-20',
      [
        term('finished', Date.UTC(2026, 10, 20), { comparison: '>=' }),
        term('finished', Date.UTC(2026, 10, 21), { comparison: '<' }),
      ],
    ],
    ['finished>2026-11-20T10:30', [term('finished', Date.UTC(2026, 10, 20, 10, 31), { comparison: '>=' })]],
    ['finished<2026-11-20T10:30:00+02:00', [term('finished', Date.UTC(2026, 10, 20, 8, 30), { comparison: '<' })]],
    ['finished>=9:05', [term('finished', Date.UTC(2026, 10, 24, 9, 5), { comparison: '>=' })]],
    ['finished>=yesterday', [term('finished', Date.UTC(2026, 10, 23), { comparison: '>=' })]],
    ['finished<1764000000000', [term('finished', 1_764_000_000_000, { comparison: '<' })]],
    // Words with a colon that are no field stay text: errors and addresses are full of them.
    ['http://10.0.0.1:5432/x?a=b', [term('text', 'http://10.0.0.1:5432/x?a=b')]],
    ['TypeError: x', [term('text', 'TypeError:'), term('text', 'x')]],
    ['10.0.0.1:5432', [term('text', '10.0.0.1:5432')]],
    ['<script>', [term('text', '<script>')]],
    ['name:Ünïcode', [term('name', 'Ünïcode')]],
  ])('%s', (text, terms) => {
    expect(read(text)).toEqual({ query: { terms } });
    const again = formatJobQuery({ terms });
    expect(read(again), again).toEqual({ query: { terms } });
  });
});

describe('what is wrong is pointed at', () => {
  test.each([
    ['name:x  erorr:boom', 8, 10, 'Did you mean error:'],
    ['error:', 0, 6, 'Say what to look for'],
    ['error:""', 0, 8, 'is in everything'],
    ['error:"open', 6, 5, 'never closed'],
    ['age<5', 0, 5, 'Say a unit'],
    ['age:5m', 0, 6, 'age>5m or age<5m'],
    ['run>fast', 0, 8, 'no duration'],
    ['attempts>many', 0, 13, 'comes a number'],
    ['attempts:', 0, 9, 'Say what'],
    ['amount>5', 0, 8, 'data.amount>5'],
    ['data>5', 0, 6, 'data.some.path>5'],
    ['data.a>x', 0, 8, 'comes a number'],
    ['data..a:x', 0, 9, 'empty'],
    ['name.a:x', 0, 8, 'Only data and result'],
    ['name>x', 0, 6, 'is text'],
    ['finished:soon', 0, 13, 'no time'],
    ['finished:2026-02-30', 0, 19, 'no time'],
    ['finished>2h', 0, 11, 'finished:2h'],
    ['-finished:today', 0, 15, 'cannot be turned round'],
    ['group>a', 0, 7, 'takes a fingerprint'],
    ['""', 0, 2, 'nothing between'],
  ])('%s', (text, position, length, words) => {
    const problem = problemOf(text);
    expect(problem).toMatchObject({ position, length });
    expect(problem?.message).toContain(words);
  });

  test('a search has a bounded number of terms', () => {
    expect(problemOf(Array.from({ length: 21 }, (_, n) => `t${n}`).join(' '))).toMatchObject({
      message: 'A search has at most 20 terms.',
    });
    expect(problemOf('x'.repeat(501))?.message).toContain('at most 500');
  });
});

test('hostile text is read in time that grows with its length only, and never throws', () => {
  const parts = ['"', '\\', ':', '.', '-', '=', '<', '>', ' ', 'data.', 'age>', '\u0000', '\ud800', '9', 'name', 'Z'];
  let seed = 7;
  const next = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  for (let round = 0; round < 3_000; round += 1) {
    const text = Array.from({ length: next(40) }, () => parts[next(parts.length)]).join('');
    const parsed = read(text);
    if (parsed.query) expect(read(formatJobQuery(parsed.query)), text).toEqual(parsed);
  }
  const start = performance.now();
  for (const part of parts) read(part.repeat(20_000));
  read(`"${'\\'.repeat(50_000)}`);
  read(`finished:${'1'.repeat(50_000)}`);
  read(`data${'."a"'.repeat(20_000)}`);
  expect(performance.now() - start).toBeLessThan(2_000);
});

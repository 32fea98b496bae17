import { describe, expect, test } from 'vitest';
import { ancestorsOf, findInJson, openUpTo, pathOf, rowsOf, type JsonNode } from './json-rows';

const DOCUMENT = { order: 2, items: [{ sku: 'A-1' }, { sku: 'B-2', 'odd key': null }], note: 'a b' };
const deep = JSON.parse('['.repeat(10_000) + '"core"' + ']'.repeat(10_000)) as unknown;

describe('lines', () => {
  test('what is closed has one line and says how much it holds', () => {
    expect(rowsOf(DOCUMENT, new Set())).toMatchObject([{ key: null, size: 3, isOpen: false, depth: 0 }]);
    const rows = rowsOf(DOCUMENT, new Set<object>([DOCUMENT, DOCUMENT.items]));
    expect(rows.map(({ key, depth, size }) => [key, depth, size])).toEqual([
      [null, 0, 3],
      ['order', 1, null],
      ['items', 1, 2],
      [0, 2, 1],
      [1, 2, 2],
      ['note', 1, null],
    ]);
  });

  test('10,000 levels overflow nothing', () => {
    const open = openUpTo(deep, 50_000);
    expect(rowsOf(deep, open)).toHaveLength(10_001);
    const { hits } = findInJson(deep, 'CORE');
    expect(hits).toHaveLength(1);
    expect(ancestorsOf(hits[0] as JsonNode)).toHaveLength(10_000);
    expect(pathOf(hits[0] as JsonNode, 'data')).toHaveLength('data'.length + 10_000 * 3);
  });

  test('opening stops at the budget, yet the outermost is open', () => {
    const wide = Array.from({ length: 1_000 }, () => [1, 2]);
    expect(openUpTo(wide, 100).size).toBe(1);
    expect(openUpTo({ a: [1, 2], b: wide }, 100).size).toBe(2);
    expect(openUpTo(7, 100).size).toBe(0);
    expect(rowsOf(wide, openUpTo(wide, 100), 500)).toHaveLength(500);
  });

  test('a key that is called like a built-in is a key', () => {
    const value = JSON.parse('{"__proto__": {"x": 1}, "length": 2, "constructor": 3}') as object;
    const rows = rowsOf(value, openUpTo(value, 100));
    expect(rows.map(({ key }) => key)).toEqual([null, '__proto__', 'x', 'length', 'constructor']);
    expect(rows[2]?.value).toBe(1);
  });
});

describe('search', () => {
  test('keys and values, any case, in order', () => {
    const paths = (text: string) => findInJson(DOCUMENT, text).hits.map((hit) => pathOf(hit, 'data'));
    expect(paths('SKU')).toEqual(['data.items[0].sku', 'data.items[1].sku']);
    expect(paths('b-2')).toEqual(['data.items[1].sku']);
    expect(paths('null')).toEqual(['data.items[1]["odd key"]']);
    expect(paths('nowhere')).toEqual([]);
    expect(paths('')).toEqual([]);
  });

  test('bounded in hits and in values looked at, and says so', () => {
    const many = Array.from({ length: 500 }, () => 'x');
    expect(findInJson(many, 'x', 10)).toMatchObject({ isCut: true, hits: { length: 10 } });
    expect(findInJson(many, 'y', 10, 100)).toMatchObject({ isCut: true, hits: [] });
  });
});

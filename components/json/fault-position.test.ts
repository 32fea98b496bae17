import { expect, test } from 'vitest';
import { faultPosition } from './fault-position';

const VALID = [
  '1',
  ' {} ',
  '[]',
  '[1,2,[{}]]',
  '{"a":{"b":[null,true,-1.5e+3]}}',
  '"\\u00e9\\n"',
  '[[[]]]',
  '0',
  '"\u2028"',
];
const FAULTY: [string, number][] = [
  ['', 0],
  ['[1,]', 3],
  ['{"a":1,}', 7],
  ['{a:1}', 1],
  ["['x']", 1],
  ['[1 2]', 3],
  ['{"a" 1}', 5],
  ['{"a":}', 5],
  ['[1', 2],
  ['{"a":1]', 6],
  ['01', 1],
  ['"a\nb"', 0],
  ['nul', 0],
  ['1 x', 2],
  ['[1]]', 3],
  ['"\\x"', 0],
];

test.each(VALID)('%s is JSON', (text) => {
  expect(faultPosition(text)).toBeNull();
  expect(() => JSON.parse(text) as unknown).not.toThrow();
});

test.each(FAULTY)('%s goes wrong at %d', (text, at) => {
  expect(faultPosition(text)).toBe(at);
  expect(() => JSON.parse(text) as unknown).toThrow();
});

test('agrees with the engine on broken pieces of a document, and overflows nothing', () => {
  const text = JSON.stringify({ a: [1, 'x\\"', { b: null, c: [true, [], {}] }], d: -0.5e-7 }, null, 1);
  const isJson = (piece: string) => {
    try {
      JSON.parse(piece);
      return true;
    } catch {
      return false;
    }
  };
  for (let at = 0; at < text.length; at += 1)
    for (const piece of [
      text.slice(0, at),
      text.slice(0, at) + text.slice(at + 1),
      `${text.slice(0, at)},${text.slice(at)}`,
    ])
      expect(faultPosition(piece) === null, piece).toBe(isJson(piece));
  expect(faultPosition('['.repeat(100_000))).toBe(100_000);
});

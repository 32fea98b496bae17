import { expect, test } from 'vitest';
import { nextBatchSize } from '../domain/gentle';
import { copyIdFor } from './copy-id';
import { tallies } from './preview';

test('the most frequent texts come first, the rest is counted together', () => {
  const texts = Array.from({ length: 20 }, (_, n) => Array<string>(20 - n).fill(`error ${n}\n at line`)).flat();
  const found = tallies(texts);
  expect(found).toHaveLength(12);
  expect(found[0]).toEqual({ text: 'error 0', count: 20 });
  expect(found.at(-1)?.text).toBe('9 others');
  expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(texts.length);
});

test('a copy has the same id each time, an id that BullMQ takes, and one per operation', () => {
  const copyId = copyIdFor('0b3c6a1e-5d2f-4a7b-9c8d-1e2f3a4b5c6d');
  expect(copyId('12')).toBe(copyId('12'));
  for (const id of ['12', 'a:b', 'é'.repeat(500), '../x']) expect(copyId(id)).toMatch(/^copy-[\w.-]+$/);
  expect(copyId('a:b')).not.toBe(copyId('a;b'));
  expect(copyIdFor('1b3c6a1e-5d2f-4a7b-9c8d-1e2f3a4b5c6d')('12')).not.toBe(copyId('12'));
});

test.each([
  { size: 200, ms: 1, next: 250, because: 'a script that was short may take more' },
  { size: 200, ms: 4, next: 200, because: 'one that fits stays as it is' },
  { size: 200, ms: 8, next: 100, because: 'one that was too long takes what would have fitted' },
  { size: 200, ms: 500, next: 50, because: 'one bad moment does not stop everything' },
  { size: 990, ms: 1, next: 1_000, because: 'however short, it is bounded' },
])('$because', ({ size, ms, next }) => expect(nextBatchSize(size, ms, 1_000)).toBe(next));

import { expect, test } from 'vitest';
import { countWords, durationWords } from './words';

test.each([
  [0, '0 ms'],
  [450, '450 ms'],
  [12_400, '12 s'],
  [119_000, '119 s'],
  [240_000, '4 min'],
  [3_599_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [86_399_000, '1 d'],
  [273_600_000, '3 d 4 h'],
])('%d ms reads as %s', (ms, words) => expect(durationWords(ms)).toBe(words));

test('a noun follows its count', () => {
  expect(countWords(1, 'job')).toBe('1 job');
  expect(countWords(1200, 'job')).toBe('1,200 jobs');
});

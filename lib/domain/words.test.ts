import { expect, test } from 'vitest';
import { countWords, durationWords } from './words';

test.each([
  [0, '0 ms'],
  [0.4, '0.4 ms'],
  [450, '450 ms'],
  [999.7, '1.0 s'],
  [4200, '4.2 s'],
  [12_400, '12 s'],
  [59_600, '1 m'],
  [192_345, '3 m 12 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 m'],
  [86_399_600, '1 d'],
  [273_600_000, '3 d 4 h'],
  [-1500, '-1.5 s'],
])('%d ms reads as %s', (ms, words) => expect(durationWords(ms)).toBe(words));

test('a noun follows its count', () => {
  expect(countWords(1, 'job')).toBe('1 job');
  expect(countWords(1200, 'job')).toBe('1,200 jobs');
});

import { expect, test } from 'vitest';
import { cutName, shareOut } from './job-names';

const ids = (count: number, from = 0) => Array.from({ length: count }, (_, n) => String(from + n));
const countOf = (asked: { base: string }[], base: string) => asked.filter((one) => one.base === base).length;

test('a name is cut to 200 characters, and never to half a character', () => {
  expect(cutName('mail')).toBe('mail');
  expect(cutName('n'.repeat(5_000))).toBe('n'.repeat(200));
  expect(cutName(`${'n'.repeat(199)}😀`)).toBe(`${'n'.repeat(199)}\u{fffd}`);
});

test('a busy queue does not take the budget of the quiet ones', () => {
  const asked = shareOut(
    [
      { base: 'busy', ids: ids(10_000) },
      { base: 'quiet', ids: ids(30) },
      { base: 'brisk', ids: ids(900) },
    ],
    500,
  );
  expect(asked).toHaveLength(500);
  expect(['quiet', 'busy', 'brisk'].map((base) => countOf(asked, base))).toEqual([30, 235, 235]);
  expect(new Set(asked.map(({ base, jobId }) => `${base} ${jobId}`)).size).toBe(500);
});

test('the share of a queue is spread over all its jobs', () => {
  const asked = shareOut([{ base: 'q', ids: ids(1_000) }], 10).map(({ jobId }) => Number(jobId));
  expect(asked).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
});

test('no budget, no question', () => expect(shareOut([{ base: 'q', ids: ids(3) }], 0)).toEqual([]));

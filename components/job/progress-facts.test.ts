import { expect, test } from 'vitest';
import { progressFacts } from './progress-facts';

test.each([
  { value: { percent: 40, step: 'fetch' }, percent: 40, because: 'a percentage says how far' },
  { value: { current: 3, total: 8 }, percent: 37.5, because: 'a part of a total does too' },
  { value: { processed: 9, total: 8 }, percent: null, because: 'more than all is no share' },
  { value: { percent: 340 }, percent: null, because: 'more than 100 is none either' },
  { value: { step: 'fetch', note: null }, percent: null, because: 'words are only shown' },
])('$because', ({ value, percent }) => {
  const facts = progressFacts(value);
  expect(facts?.percent).toBe(percent);
  expect(facts?.rows.map(({ key }) => key)).toEqual(Object.keys(value));
});

test.each([[[1, 2]], [{}], [{ deep: { a: 1 } }], [{ long: 'x'.repeat(301) }]])(
  '%j is better shown as a tree',
  (value) => expect(progressFacts(value)).toBeNull(),
);

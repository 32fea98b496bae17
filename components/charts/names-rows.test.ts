import { expect, test } from 'vitest';
import type { NameFigures, Names } from '@/lib/domain/series';
import { toNameRows, toShares } from './names-rows';

const figures = (totalRunMs: number, rest: Partial<NameFigures> = {}): NameFigures => ({
  ...{
    arrived: 4,
    completed: 3,
    failed: 1,
    failedAttempts: 0,
    stalled: 0,
    runMs: { p50: 1, p95: 2, p99: 3 },
    share: null,
  },
  totalRunMs,
  ...rest,
});
const nothing = figures(0, { arrived: 0, completed: 0, failed: 0 });
const answer = (rest: Partial<Names> = {}): Names => ({
  ...{ from: 0, to: 1, tierMs: 1, other: nothing, unattributed: nothing },
  names: [
    { name: 'slow', ...figures(70) },
    { name: 'frail', ...figures(10, { completed: 1, failed: 9 }) },
  ],
  ...rest,
});

test('the heaviest name is first, and the most failing one by its share', () => {
  expect(toNameRows(answer(), 'totalRunMs').map(({ label }) => label)).toEqual(['slow', 'frail']);
  expect(toNameRows(answer(), 'failedShare').map(({ label, failedShare }) => [label, failedShare])).toEqual([
    ['frail', 0.9],
    ['slow', 0.25],
  ]);
});
test('a colour belongs to its name, however the rows are ordered', () => {
  const colorOf = (column: 'totalRunMs' | 'failedShare') =>
    toNameRows(answer(), column).find(({ name }) => name === 'slow')?.color;
  expect(colorOf('failedShare')).toBe(colorOf('totalRunMs'));
});
test('nothing finished is no share of zero', () =>
  expect(
    toNameRows(answer({ names: [{ name: 'new', ...nothing, arrived: 2 }] }), 'totalRunMs')[0]?.failedShare,
  ).toBeNull());
test('what has no name of its own comes last, and only where there is any', () => {
  const rows = toNameRows(answer({ unattributed: figures(900) }), 'totalRunMs');
  expect(rows.map(({ key }) => key)).toEqual(['name slow', 'name frail', 'unattributed']);
});
test('the bar shows all of the time', () => {
  const shares = toShares(toNameRows(answer({ other: figures(20) }), 'totalRunMs'));
  expect(shares.map(({ key, share }) => [key, share])).toEqual([
    ['name slow', 0.7],
    ['name frail', 0.1],
    ['rest', expect.closeTo(0.2) as number],
  ]);
});

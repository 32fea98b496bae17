import { expect, test } from 'vitest';
import { QUIET_MINUTE, RecentFigures } from './recent-figures';
import { toldFigures } from './told-figures';

const T0 = Math.floor(1_795_000_000_000 / 3_600_000) * 3_600_000;

test('counts exactly the last 60 seconds', () => {
  const figures = new RecentFigures(0);
  for (let second = 0; second < 120; second += 1)
    figures.take([{ at: T0 + second * 1000, type: 'completed', runMs: 10 }]);
  expect(figures.lastMinute(T0 + 119_500).completed).toBe(60);
  expect(figures.lastMinute(T0 + 149_500).completed).toBe(30);
  expect(figures.lastMinute(T0 + 190_000).completed).toBe(0);
});

test('tells failures for good from attempts that will be tried again', () => {
  const figures = new RecentFigures(0);
  figures.take([
    { at: T0, type: 'attempt-failed', count: 2, runMs: 5 },
    { at: T0, type: 'failed', runMs: 5 },
    { at: T0, type: 'stalled' },
    { at: T0, type: 'arrived', count: 7 },
  ]);
  expect(figures.lastMinute(T0 + 1000)).toMatchObject({
    failed: 1,
    failedAttempts: 2,
    stalled: 1,
    arrived: 7,
    completed: 0,
  });
});

test('says so while it has not watched for a minute, and after a gap', () => {
  const figures = new RecentFigures(T0);
  expect(figures.lastMinute(T0 + 20_000)).toMatchObject({ quality: 'partial', reason: 'Watching for 20 s only.' });
  expect(figures.lastMinute(T0 + 61_000).quality).toBe('exact');
  figures.markGap(T0 + 80_000, 'lost');
  expect(figures.lastMinute(T0 + 100_000)).toMatchObject({ quality: 'partial', reason: 'lost' });
  expect(figures.lastMinute(T0 + 141_000).quality).toBe('exact');
});

test('forgets durations that are over', () => {
  const figures = new RecentFigures(0);
  figures.take([{ at: T0, type: 'completed', runMs: 900 }]);
  expect(figures.lastMinute(T0 + 30_000).runMs.p50).toBeCloseTo(900, -2);
  expect(figures.lastMinute(T0 + 100_000).runMs.p50).toBeNull();
});

test('what is told again after a change of collector counts once, and the minute is partial until then', () => {
  const figures = new RecentFigures(0);
  const done = (at: number) => ({ at, type: 'completed', runMs: 10 }) as const;
  figures.take([done(T0), done(T0 + 5_000), done(T0 + 9_000)]);
  figures.forgetSince(T0 + 4_000);
  figures.take([done(T0 + 5_000), done(T0 + 9_000), done(T0 + 9_500)]);
  expect(figures.lastMinute(T0 + 10_000)).toMatchObject({ completed: 4, quality: 'partial' });
  expect(figures.lastMinute(T0 + 65_000)).toMatchObject({ completed: 2, quality: 'exact' });
});

test('where nothing happened it is one and the same object, by which what is unchanged is told', () => {
  const figures = new RecentFigures(0);
  for (const kind of ['bull', 'bullmq'] as const)
    expect(toldFigures(figures.lastMinute(T0), kind, undefined)).toBe(QUIET_MINUTE);
  figures.take([{ at: T0, type: 'completed', runMs: 10 }]);
  for (const later of [1_000, 59_000, 65_000]) expect(figures.lastMinute(T0 + later)).not.toBe(QUIET_MINUTE);
  expect(figures.lastMinute(T0 + 75_000)).toBe(QUIET_MINUTE);
  figures.markGap(T0 + 80_000, 'lost');
  expect(figures.lastMinute(T0 + 81_000).quality).toBe('partial');
});

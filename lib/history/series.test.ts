import { describe, expect, test } from 'vitest';
import { UNCOUNTED } from '../domain/rabbit';
import { COUNTER_METRICS, GAUGE_METRICS } from '../domain/series';
import type { StoredRange } from './history-store';
import { MAX_POINTS, pickStep, pickTier } from './pick-tier';
import type { SeriesRecord } from './record';
import { toSeries } from './series';
import { BinCounts, binOf, NO_BINS } from './sketch';
import { DEFAULT_TIERS, HOUR_MS, MINUTE_MS, type Tier } from './tiers';

const T0 = 500_000 * HOUR_MS;
const [TEN_SECONDS, tier] = DEFAULT_TIERS.series as [Tier, Tier];

function aRecord(
  completed: number,
  waiting: number,
  runs: number[] = [],
  over: Partial<SeriesRecord> = {},
): SeriesRecord {
  const run = new BinCounts();
  for (const ms of runs) run.add(binOf(ms), 1);
  return {
    quality: 'exact',
    reason: '',
    exact: 0,
    counters: COUNTER_METRICS.map((name) => (name === 'completed' ? completed : 0)),
    samples: 1,
    gauges: GAUGE_METRICS.map((name) =>
      name === 'depth.waiting' ? { max: waiting, last: waiting, sum: waiting } : null,
    ),
    run: run.toBins(),
    wait: NO_BINS,
    ...over,
  };
}

function stored(
  minutes: Record<number, SeriesRecord>,
  present: number[],
  firstSeenAt: number | null = 0,
): StoredRange<SeriesRecord> {
  return {
    records: Object.entries(minutes).map(([minute, record]) => ({ at: T0 + Number(minute) * MINUTE_MS, record })),
    presence: new Map(present.map((minute) => [T0 + minute * MINUTE_MS, MINUTE_MS])),
    firstSeenAt,
  };
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

function read(from: StoredRange<SeriesRecord>, minutes: number, metrics: string[], stepMs = MINUTE_MS) {
  return toSeries(from, { tier, from: T0, to: T0 + minutes * MINUTE_MS, stepMs, metrics, now: T0 + HOUR_MS });
}

describe('one value per step', () => {
  test('counters are summed, gauges keep their peak', () => {
    const history = stored({ 0: aRecord(3, 10), 1: aRecord(4, 50), 2: aRecord(5, 20), 3: aRecord(0, 1) }, range(4));
    const { series } = read(
      history,
      4,
      ['completed', 'depth.waiting', 'depth.waiting:last', 'depth.waiting:avg'],
      2 * MINUTE_MS,
    );
    expect(series['completed']).toEqual([7, 5]);
    expect(series['depth.waiting']).toEqual([50, 20]);
    expect(series['depth.waiting:last']).toEqual([50, 1]);
    expect(series['depth.waiting:avg']).toEqual([30, 10.5]);
  });

  test('quantiles are merged, not averaged: 99 fast minutes do not hide a slow one', () => {
    const history = stored({ 0: aRecord(1, 0, Array<number>(99).fill(10)), 1: aRecord(1, 0, [10_000]) }, [0, 1]);
    const { series } = read(history, 2, ['runMs.p50', 'runMs.p99'], 2 * MINUTE_MS);
    expect(series['runMs.p50']?.[0]).toBeCloseTo(10, -0.3);
    expect(series['runMs.p99']?.[0]).toBeCloseTo(10, -0.3);
    const [slow] =
      read(stored({ 0: aRecord(1, 0, [10, 10, 10_000]) }, [0]), 1, ['runMs.p99']).series['runMs.p99'] ?? [];
    expect(slow).toBeCloseTo(10, -0.3);
  });
});

describe('what was not seen is not drawn', () => {
  test('a minute without record and without presence is a gap and null', () => {
    const result = read(stored({ 0: aRecord(1, 5), 3: aRecord(1, 6) }, [0, 3]), 4, ['completed', 'depth.waiting']);
    expect(result.series['completed']).toEqual([1, null, null, 1]);
    expect(result.series['depth.waiting']).toEqual([5, null, null, 6]);
    expect(result.gaps).toEqual([[T0 + MINUTE_MS, T0 + 3 * MINUTE_MS]]);
  });

  test('a minute without record but with presence was quiet: zeros, and gauges carried on', () => {
    const result = read(stored({ 0: aRecord(1, 5) }, [0, 1, 2]), 3, ['completed', 'depth.waiting']);
    expect(result.series['completed']).toEqual([1, 0, 0]);
    expect(result.series['depth.waiting']).toEqual([5, 5, 5]);
    expect(result.gaps).toEqual([]);
  });

  test('carrying on ends with the hour: an hour without records is an empty queue', () => {
    const history = stored({ 59: aRecord(1, 5) }, range(62));
    const { series } = toSeries(history, {
      tier,
      from: T0 + 59 * MINUTE_MS,
      to: T0 + 62 * MINUTE_MS,
      stepMs: MINUTE_MS,
      metrics: ['depth.waiting'],
      now: T0 + 2 * HOUR_MS,
    });
    expect(series['depth.waiting']).toEqual([5, 0, 0]);
  });

  test('before the queue was first seen nothing is known', () => {
    const result = read(stored({ 2: aRecord(1, 5) }, range(3), T0 + 2 * MINUTE_MS), 3, ['completed']);
    expect(result.series['completed']).toEqual([null, null, 1]);
  });

  test('counters read later from a stream count, although nobody looked', () => {
    const late = aRecord(9, 0, [], { samples: 0, gauges: GAUGE_METRICS.map(() => null) });
    const result = read(stored({ 1: late }, [0, 2]), 3, ['completed', 'depth.waiting']);
    expect(result.series['completed']).toEqual([0, 9, 0]);
    expect(result.series['depth.waiting']).toEqual([0, null, 0]);
  });

  test('what a broker without statistics did not tell is unknown, not zero', () => {
    const untold = { quality: 'partial', reason: UNCOUNTED.noStatistics } as const;
    const history = stored({ 0: aRecord(0, 5, [], untold), 1: aRecord(2, 5, [], untold), 2: aRecord(0, 5) }, range(3));
    expect(read(history, 3, ['completed', 'depth.waiting']).series).toEqual({
      completed: [null, 2, 0],
      'depth.waiting': [5, 5, 5],
    });
  });

  test('a minute that was marked, or looked at in part, is partial with its reason', () => {
    const history = stored({ 0: aRecord(1, 1, [], { quality: 'partial', reason: 'lost' }), 1: aRecord(1, 1) }, [0, 1]);
    history.presence.set(T0 + MINUTE_MS, 20_000);
    expect(read(history, 2, ['completed']).partial).toEqual([
      { from: T0, to: T0 + MINUTE_MS, quality: 'partial', reason: 'lost' },
      {
        from: T0 + MINUTE_MS,
        to: T0 + 2 * MINUTE_MS,
        quality: 'partial',
        reason: 'The collector did not look for 40 s of this minute.',
      },
    ]);
  });
});

test('the bucket that is still filling is flagged, and is no gap', () => {
  const history = stored({ 0: aRecord(1, 5) }, [0]);
  const result = toSeries(history, {
    tier,
    from: T0,
    to: T0 + 5 * MINUTE_MS,
    stepMs: MINUTE_MS,
    metrics: ['completed'],
    now: T0 + MINUTE_MS + 20_000,
  });
  expect(result.unfinishedFrom).toBe(T0 + MINUTE_MS);
  expect(result.gaps).toEqual([]);
});

test.each([15, 60, 180, 720, 1_440, 4_320, 43_200, 576_000])(
  'a range of %i minutes gives at most 300 points',
  (minutes) => {
    const step = pickStep(0, minutes * MINUTE_MS);
    expect((minutes * MINUTE_MS) / step).toBeLessThanOrEqual(MAX_POINTS);
  },
);

const DAY_MS = 24 * HOUR_MS;

test.each<{ because: string; from: number; to: number; step?: number; expected: [string, number] }>([
  {
    because: 'a quarter of an hour is shown as fine as it is kept',
    from: 15 * MINUTE_MS,
    to: 0,
    expected: ['10s', 10_000],
  },
  { because: 'a day of minutes would be too many points', from: DAY_MS, to: 0, expected: ['1m', 5 * MINUTE_MS] },
  { because: 'thirty days are made of hours', from: 29.9 * DAY_MS, to: 0, expected: ['1h', 3 * HOUR_MS] },
  { because: '400 days are made of hours', from: 400 * DAY_MS, to: 0, expected: ['1h', 2 * DAY_MS] },
  { because: 'a step that is asked for is given', from: HOUR_MS, to: 0, step: 30_000, expected: ['10s', 30_000] },
  { because: 'a step is a whole number of slots', from: HOUR_MS, to: 0, step: 25_000, expected: ['10s', 20_000] },
  { because: 'ten seconds are not kept for a day', from: DAY_MS, to: 23.9 * HOUR_MS, expected: ['1m', MINUTE_MS] },
  {
    because: 'minutes are not kept for a week',
    from: 7 * DAY_MS,
    to: 6.9 * DAY_MS,
    step: 10_000,
    expected: ['10m', 600_000],
  },
  {
    because: 'nothing finer than an hour is kept for a year',
    from: 365 * DAY_MS,
    to: 364.9 * DAY_MS,
    expected: ['1h', HOUR_MS],
  },
])('$because', ({ from, to, step, expected }) => {
  const now = 1_000 * DAY_MS;
  const picked = pickTier(DEFAULT_TIERS.series, { from: now - from, to: now - to, step, now });
  expect([picked.tier.name, picked.stepMs]).toEqual(expected);
});

test('ten seconds are as fine as their gaps, and what is still being written is unfinished', () => {
  const history: StoredRange<SeriesRecord> = {
    records: [{ at: T0, record: aRecord(2, 5) }],
    presence: new Map([
      [T0, 10_000],
      [T0 + 20_000, 3_000],
    ]),
    firstSeenAt: 0,
  };
  const result = toSeries(history, {
    tier: TEN_SECONDS,
    from: T0,
    to: T0 + 50_000,
    stepMs: 10_000,
    metrics: ['completed', 'depth.waiting'],
    now: T0 + 38_000,
  });
  expect(result.series).toEqual({ completed: [2, null, 0, null, null], 'depth.waiting': [5, null, 5, null, null] });
  expect(result.gaps).toEqual([[T0 + 10_000, T0 + 20_000]]);
  expect(result.partial).toEqual([
    {
      from: T0 + 20_000,
      to: T0 + 30_000,
      quality: 'partial',
      reason: 'The collector did not look for 7 s of these 10 s.',
    },
  ]);
  expect(result.unfinishedFrom).toBe(T0 + 30_000);
});

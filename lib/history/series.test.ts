import { describe, expect, test } from 'vitest';
import { COUNTER_METRICS, GAUGE_METRICS } from '../domain/series';
import { HOUR_MS, MINUTE_MS, type StoredRange } from './history-store';
import type { MinuteRecord } from './minute';
import { MAX_POINTS, pickStep, toSeries } from './series';
import { newSketch, toBins } from './sketch';

const T0 = 500_000 * HOUR_MS;

function aRecord(
  completed: number,
  waiting: number,
  runs: number[] = [],
  over: Partial<MinuteRecord> = {},
): MinuteRecord {
  const run = newSketch();
  for (const ms of runs) run.accept(ms);
  return {
    quality: 'exact',
    reason: '',
    counters: COUNTER_METRICS.map((name) => (name === 'completed' ? completed : 0)),
    samples: 1,
    gauges: GAUGE_METRICS.map((name) =>
      name === 'depth.waiting' ? { max: waiting, last: waiting, sum: waiting } : null,
    ),
    run: toBins(run),
    wait: { zeros: 0, bins: [] },
    ...over,
  };
}

function stored(minutes: Record<number, MinuteRecord>, present: number[], firstSeenAt: number | null = 0): StoredRange {
  return {
    minutes: Object.entries(minutes).map(([minute, record]) => ({ at: T0 + Number(minute) * MINUTE_MS, record })),
    presence: new Map(present.map((minute) => [T0 + minute * MINUTE_MS, MINUTE_MS])),
    firstSeenAt,
  };
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

function read(from: StoredRange, minutes: number, metrics: string[], stepMs = MINUTE_MS) {
  return toSeries(from, { from: T0, to: T0 + minutes * MINUTE_MS, stepMs, metrics, now: T0 + HOUR_MS });
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
    expect(series['runMs.p50']?.[0]).toBeCloseTo(10, 0);
    expect(series['runMs.p99']?.[0]).toBeCloseTo(10, 0);
    const [slow] =
      read(stored({ 0: aRecord(1, 0, [10, 10, 10_000]) }, [0]), 1, ['runMs.p99']).series['runMs.p99'] ?? [];
    expect(slow).toBeCloseTo(10, 0);
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
    from: T0,
    to: T0 + 5 * MINUTE_MS,
    stepMs: MINUTE_MS,
    metrics: ['completed'],
    now: T0 + MINUTE_MS + 20_000,
  });
  expect(result.unfinishedFrom).toBe(T0 + MINUTE_MS);
  expect(result.gaps).toEqual([]);
});

test.each([15, 60, 180, 720, 1_440, 4_320, 43_200])('a range of %i minutes gives at most 300 points', (minutes) => {
  const step = pickStep(0, minutes * MINUTE_MS);
  expect((minutes * MINUTE_MS) / step).toBeLessThanOrEqual(MAX_POINTS);
  expect(step % MINUTE_MS).toBe(0);
});

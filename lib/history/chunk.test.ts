import { expect, test } from 'vitest';
import { aBusyRecord, aNamesRecord, aRandom } from '../testing/a-history';
import { packSeries, unpackSeries } from './chunk';
import { toHeatmap } from './heatmap';
import { decodeNames, encodeNames, packNames, unpackNames } from './names';
import { toCsv } from './series-csv';
import { countOf, mergeBins, quantileOf } from './sketch';
import { DEFAULT_TIERS, MINUTE_MS, type Tier } from './tiers';

const [, tier] = DEFAULT_TIERS.series as [Tier, Tier];
const T0 = 450_000 * 3_600_000;

test.each([0.01, 1, 100])(
  'a packed chunk of %d jobs/s keeps counts, extremes and totals exactly, quantiles nearly',
  (rate) => {
    const random = aRandom(3);
    const chunk = new Map(
      Array.from({ length: 60 }, (_, n) => [n, aBusyRecord(random, tier, T0 + n * MINUTE_MS, rate)]),
    );
    const marked = chunk.get(7);
    if (marked)
      Object.assign(marked, { quality: 'partial', reason: 'Соединение', gauges: marked.gauges.map(() => null) });
    chunk.delete(20);
    const back = unpackSeries(packSeries(chunk));
    expect([...back.keys()]).toEqual([...chunk.keys()]);
    for (const [position, record] of chunk) {
      const read = back.get(position);
      expect([read?.counters, read?.samples, read?.quality, read?.reason]).toEqual([
        record.counters,
        record.samples,
        record.quality,
        record.reason,
      ]);
      for (const [index, gauge] of record.gauges.entries()) {
        const found = read?.gauges[index] ?? null;
        expect([found?.max, found?.last]).toEqual([gauge?.max, gauge?.last]);
        if (gauge && found)
          expect(Math.abs(found.sum - gauge.sum)).toBeLessThanOrEqual(
            (gauge.max * record.samples - gauge.sum) * 0.032 + 1,
          );
      }
      for (const which of ['run', 'wait'] as const)
        expect(countOf(read?.[which] ?? { zeros: 0, bins: [] })).toBe(countOf(record[which]));
    }
    for (const which of ['run', 'wait'] as const)
      for (const q of [0.5, 0.95, 0.99]) {
        const truth = quantileOf(mergeBins([...chunk.values()].map((record) => record[which])), q);
        const read = quantileOf(mergeBins([...back.values()].map((record) => record[which])), q);
        // At most the neighbouring bin, where the rank lies at its edge.
        expect(Math.abs(Math.log((read ?? 1) / (truth ?? 1)))).toBeLessThan(0.081);
      }
  },
);

test('names survive both ways of packing', () => {
  const random = aRandom(4);
  const record = aNamesRecord(random, tier, 5, 0.05);
  expect(decodeNames(encodeNames(record))).toEqual(record);
  const back = unpackNames(packNames(new Map([[3, record]]))).get(3);
  expect(new Map([...(back?.names ?? [])].sort())).toEqual(new Map([...record.names].sort()));
});

test('bytes that are no chunk are refused', () => {
  expect(() => unpackSeries(Buffer.from([9, 1, 2, 3]))).toThrow(RangeError);
  expect(() => unpackSeries(Buffer.from([]))).toThrow(RangeError);
});

test('a heat map has at most 40 rows, holds every run, and knows what it does not know', () => {
  const random = aRandom(5);
  const record = aBusyRecord(random, tier, T0, 10, { run: 2, wait: 0.1 });
  const stored = { records: [{ at: T0, record }], presence: new Map([[T0, MINUTE_MS]]), firstSeenAt: 0 };
  const request = { tier, from: T0, to: T0 + 2 * MINUTE_MS, stepMs: MINUTE_MS, now: T0 + 3_600_000 };
  const { bounds, counts } = toHeatmap(stored, 'run', request);
  expect(bounds.length).toBeLessThanOrEqual(40);
  expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
  expect(counts[0]?.reduce((sum, count) => sum + count, 0)).toBe(countOf(record.run));
  expect(counts[1]).toBeNull();
});

test('CSV says what is not known and what is not whole', () => {
  const text = toCsv({
    from: 0,
    to: 180_000,
    stepMs: 60_000,
    gaps: [[60_000, 120_000]],
    partial: [],
    unfinishedFrom: 120_000,
    series: { completed: [3, null, 1], 'runMs.p95': [10.5, null, null] },
  });
  expect(text.split('\r\n')).toEqual([
    'time,completed,runMs.p95,quality',
    '1970-01-01T00:00:00.000Z,3,10.5,exact',
    '1970-01-01T00:01:00.000Z,,,partial',
    '1970-01-01T00:02:00.000Z,1,,unfinished',
    '',
  ]);
});

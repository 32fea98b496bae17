import { expect, test } from 'vitest';
import { GAUGE_METRICS } from '../domain/series';
import { aBusyRecord, aNamesRecord, aRandom } from '../testing/a-history';
import { packSeries, unpackSeries } from './chunk';
import { asRecords, layOut } from './lay-out';
import { toHeatmap } from './heatmap';
import { decodeNames, encodeNames, packNames, unpackNames, type NamesRecord } from './names';
import { toCsv } from './series-csv';
import { BinCounts, countOf, NO_BINS, pairsOf, quantilesOf } from './sketch';
import { DEFAULT_TIERS, MINUTE_MS, type Tier } from './tiers';

const [, tier] = DEFAULT_TIERS.series as [Tier, Tier];
const T0 = 450_000 * 3_600_000;

function gaugesOf(chunk: ReturnType<typeof unpackSeries>) {
  return [...chunk.values()].map(({ gauges }) => gauges);
}

test.each([0.01, 1, 100])(
  'a packed chunk of %d jobs/s keeps counts, extremes and distributions exactly, averages nearly',
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
      for (const which of ['run', 'wait'] as const) {
        const found = read?.[which] ?? NO_BINS;
        expect([found.zeros, pairsOf(found)]).toEqual([record[which].zeros, pairsOf(record[which])]);
        expect(quantilesOf(found)).toEqual(quantilesOf(record[which]));
      }
    }
    // What was rounded stays as it is when the chunk is packed again.
    expect(packSeries(back)).toEqual(packSeries(unpackSeries(packSeries(back))));
    expect(gaugesOf(unpackSeries(packSeries(back)))).toEqual(gaugesOf(back));
  },
);

test('distributions without a duration, of no length only, and of one far from the others survive', () => {
  const distributions = [[], [null, null], [-80, 0, 0, 390, 390, 390]].map((bins) => {
    const counts = new BinCounts();
    for (const bin of bins) counts.add(bin, 1_000_000);
    return counts.toBins();
  });
  const base = aBusyRecord(aRandom(6), tier, T0, 1);
  const back = unpackSeries(
    packSeries(new Map(distributions.map((run, n) => [n * 20, { ...base, run, wait: NO_BINS }]))),
  );
  for (const [n, run] of distributions.entries()) {
    const found = back.get(n * 20);
    expect([found?.run.zeros, pairsOf(found?.run ?? NO_BINS)]).toEqual([run.zeros, pairsOf(run)]);
    expect(countOf(found?.wait ?? NO_BINS)).toBe(0);
  }
  expect(unpackSeries(packSeries(new Map()))).toEqual(new Map());
});

test('events of a slot that was not looked at keep their distributions when gauges are carried on', () => {
  const record = { ...aBusyRecord(aRandom(9), tier, T0, 1), samples: 0, gauges: GAUGE_METRICS.map(() => null) };
  const records = [...unpackSeries(packSeries(new Map([[0, record]])))].map(([, read]) => ({ at: T0, record: read }));
  const stored = { records, presence: new Map([[T0, MINUTE_MS]]), firstSeenAt: 0 };
  const [laid] = asRecords(layOut(stored, tier, T0, T0 + MINUTE_MS, T0 + MINUTE_MS));
  expect(laid?.samples).toBeGreaterThan(0);
  expect(pairsOf(laid?.run ?? NO_BINS)).toEqual(pairsOf(record.run));
  expect(pairsOf(laid?.wait ?? NO_BINS)).toEqual(pairsOf(record.wait));
});

test('names survive both ways of packing', () => {
  const random = aRandom(4);
  const record = aNamesRecord(random, tier, 5, 0.05);
  expect(decodeNames(encodeNames(record))).toEqual(record);
  const back = unpackNames(packNames(new Map([[3, record]]))).get(3);
  const comparable = (names: NamesRecord['names'] | undefined) =>
    [...(names ?? [])].map(([name, { run, ...rest }]) => [name, rest, run.zeros, pairsOf(run)]).sort();
  expect(comparable(back?.names)).toEqual(comparable(record.names));
});

test('records of names from before stalls were counted by name are read', () => {
  const entry = [4, 3, 1, 0, 90, 0, 0];
  const read = decodeNames(Uint8Array.from([1, 1, 1, 0x61, ...entry, ...entry, ...entry]));
  expect(read.names.get('a')?.counters).toEqual([4, 3, 1, 0, 0]);
  expect(read.unattributed.totalRunMs).toBe(90);
});

test('bytes that are no chunk are refused', () => {
  expect(() => unpackSeries(Buffer.from([9, 1, 2, 3]))).toThrow(RangeError);
  expect(() => unpackSeries(Buffer.from([]))).toThrow(RangeError);
  expect(() => unpackNames(Buffer.from([1, 1, 2, 3]))).toThrow(RangeError);
  const packed = packSeries(new Map([[0, aBusyRecord(aRandom(7), tier, T0, 1)]]));
  expect(() => unpackSeries(packed.subarray(0, packed.length - 1))).toThrow(RangeError);
  expect(() => unpackSeries(Buffer.concat([packed.subarray(0, 8), Buffer.alloc(packed.length - 8, 0xff)]))).toThrow();
});

test('distributions that cannot be read cost the chunk nothing else', () => {
  const record = aBusyRecord(aRandom(8), tier, T0, 1);
  const packed = packSeries(new Map([[0, record]]));
  packed.fill(0xff, packed.length - 20);
  const back = unpackSeries(packed).get(0);
  expect(back?.counters).toEqual(record.counters);
  expect(pairsOf(back?.run ?? NO_BINS)).toEqual(pairsOf(record.run));
  expect(back?.wait).toEqual(NO_BINS);
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

import { expect, test } from 'vitest';
import { COUNTER_METRICS, GAUGE_METRICS } from '../domain/series';
import { decodeRecord, encodeRecord, type SeriesRecord } from './record';
import { BinCounts, NO_BINS, pairsOf, quantileOf } from './sketch';

function aDistribution(zeros: number, pairs: [number, number][]) {
  const counts = new BinCounts();
  counts.zeros = zeros;
  for (const [bin, count] of pairs) counts.add(bin, count);
  return counts.toBins();
}

function aRecord(over: Partial<SeriesRecord> = {}): SeriesRecord {
  return {
    quality: 'exact',
    reason: '',
    exact: 0,
    counters: COUNTER_METRICS.map(() => 0),
    samples: 1,
    gauges: GAUGE_METRICS.map(() => null),
    run: NO_BINS,
    wait: NO_BINS,
    ...over,
  };
}

test.each<[string, SeriesRecord]>([
  ['an empty slot', aRecord()],
  ['large counts', aRecord({ counters: [1, 127, 128, 300_000, 0, 4_000_000_000, 7, 8, 9] })],
  [
    'a gauge that stood still',
    aRecord({ samples: 60, gauges: GAUGE_METRICS.map(() => ({ max: 7, last: 7, sum: 420 })) }),
  ],
  [
    'gauges that moved and ones that cannot be known',
    aRecord({
      samples: 3,
      gauges: GAUGE_METRICS.map((_, index) => (index % 2 ? null : { max: 1_000_000, last: 0, sum: 1_000_003 })),
    }),
  ],
  [
    'distributions with bins below 1 ms',
    aRecord({
      run: aDistribution(4, [
        [-12, 1],
        [-3, 2],
        [0, 5],
        [517, 100_000],
      ]),
      wait: aDistribution(0, [[88, 1]]),
    }),
  ],
  ['a reason in any script', aRecord({ quality: 'partial', reason: 'Соединение потеряно – 3 s' })],
])('%s survives packing', (_, record) => {
  expect(decodeRecord(encodeRecord(record))).toEqual(record);
});

test('a busy slot packs into little', () => {
  const bins = Array.from({ length: 25 }, (_, index): [number, number] => [100 + index * 2, 3 + index]);
  const record = aRecord({
    counters: [50, 49, 47, 1, 2, 0, 0, 0, 0],
    samples: 60,
    gauges: GAUGE_METRICS.map(() => ({ max: 812, last: 644, sum: 812 * 60 - 900 })),
    run: aDistribution(0, bins),
    wait: aDistribution(2, bins),
  });
  expect(encodeRecord(record).length).toBeLessThan(220);
});

test.each([
  ['nothing', Buffer.from([])],
  ['another format', Buffer.from([9, 0])],
  [
    'bins without end',
    Buffer.from([...encodeRecord(aRecord()).subarray(0, -2), 0, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 1]),
  ],
  ['a cut record', encodeRecord(aRecord({ counters: [300, 1, 1, 1, 1, 1] })).subarray(0, 8)],
])('bytes that are %s are refused', (_, bytes) => expect(() => decodeRecord(bytes)).toThrow(RangeError));

/** Bytes that 0.1.0 stored. */
const OF_0_1_0 =
  '0101046c6f7374ac02ab02a2020205013cf70f640aac02650be802660ca403680e9c04690fd8046a1094056b11d0056c128c066d13c8066e14840701040501770501047b0200017407';

test('what 0.1.0 stored is read: six counters, bins half as wide', () => {
  const record = decodeRecord(Buffer.from(OF_0_1_0, 'hex'));
  expect(record).toMatchObject({ quality: 'partial', reason: 'lost', counters: [300, 299, 290, 2, 5, 1, 0, 0, 0] });
  expect(record.gauges[3]).toBeNull();
  expect(record.gauges[4]).toEqual({ max: 104, last: 90, sum: 5700 });
  expect(record.run.zeros).toBe(1);
  expect(pairsOf(record.run)).toEqual([
    [-1, 1],
    [58, 5],
    [59, 4],
    [120, 2],
  ]);
  // Bin 116 of the narrow ones held 99 to 103 ms.
  expect(quantileOf(record.run, 0.5)).toBeGreaterThan(97);
  expect(quantileOf(record.run, 0.5)).toBeLessThan(107);
});

import { expect, test } from 'vitest';
import { COUNTER_METRICS, GAUGE_METRICS } from '../domain/series';
import { decodeRecord, encodeRecord, type SeriesRecord } from './record';
import { quantileOf } from './sketch';

const none = { zeros: 0, bins: [] };

function aRecord(over: Partial<SeriesRecord> = {}): SeriesRecord {
  return {
    quality: 'exact',
    reason: '',
    counters: COUNTER_METRICS.map(() => 0),
    samples: 1,
    gauges: GAUGE_METRICS.map(() => null),
    run: none,
    wait: none,
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
      run: {
        zeros: 4,
        bins: [
          [-12, 1],
          [-3, 2],
          [0, 5],
          [517, 100_000],
        ],
      },
      wait: { zeros: 0, bins: [[88, 1]] },
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
    run: { zeros: 0, bins },
    wait: { zeros: 2, bins },
  });
  expect(encodeRecord(record).length).toBeLessThan(200);
});

test.each([
  ['nothing', Buffer.from([])],
  ['another format', Buffer.from([9, 0])],
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
  expect(record.run).toEqual({
    zeros: 1,
    bins: [
      [-1, 1],
      [58, 5],
      [59, 4],
      [120, 2],
    ],
  });
  // Bin 116 of the narrow ones held 99 to 103 ms.
  expect(quantileOf(record.run, 0.5)).toBeGreaterThan(97);
  expect(quantileOf(record.run, 0.5)).toBeLessThan(107);
});

import { expect, test } from 'vitest';
import { COUNTER_METRICS, GAUGE_METRICS } from '../domain/series';
import { decodeMinute, encodeMinute, type MinuteRecord } from './minute';

const none = { zeros: 0, bins: [] };

function aRecord(over: Partial<MinuteRecord> = {}): MinuteRecord {
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

test.each<[string, MinuteRecord]>([
  ['an empty minute', aRecord()],
  ['large counts', aRecord({ counters: [1, 127, 128, 300_000, 0, 4_000_000_000] })],
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
  expect(decodeMinute(encodeMinute(record))).toEqual(record);
});

test('a busy minute packs into little', () => {
  const bins = Array.from({ length: 25 }, (_, index): [number, number] => [100 + index * 2, 3 + index]);
  const record = aRecord({
    counters: [50, 49, 47, 1, 2, 0],
    samples: 60,
    gauges: GAUGE_METRICS.map(() => ({ max: 812, last: 644, sum: 812 * 60 - 900 })),
    run: { zeros: 0, bins },
    wait: { zeros: 2, bins },
  });
  expect(encodeMinute(record).length).toBeLessThan(200);
});

test.each([
  ['nothing', Buffer.from([])],
  ['another format', Buffer.from([9, 0])],
  ['a cut record', encodeMinute(aRecord({ counters: [300, 1, 1, 1, 1, 1] })).subarray(0, 8)],
])('bytes that are %s are refused', (_, bytes) => expect(() => decodeMinute(bytes)).toThrow(RangeError));

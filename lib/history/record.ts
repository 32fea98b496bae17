import { QUALITIES, type Quality } from '../domain/queue';
import { COUNTER_METRICS, GAUGE_METRICS } from '../domain/series';
import { ByteReader, ByteWriter } from './bytes';
import { BinCounts, collapse, pairsOf, type SketchBins } from './sketch';

/** Readings of one gauge within a slot; whole numbers. */
export type GaugeValue = { max: number; last: number; sum: number };

/** What is kept of one queue in one slot of a tier. */
export type SeriesRecord = {
  quality: Quality;
  /** Why the counters are not exact; empty when they are. */
  reason: string;
  /** Bits by position in `COUNTER_METRICS`: counters that are exact although the record is not; 0 when it is. */
  exact: number;
  /** In the order of `COUNTER_METRICS`. */
  counters: number[];
  /** Readings that the gauges were made of; 0 when the queue was not looked at (counters come from a stream read later). */
  samples: number;
  /** In the order of `GAUGE_METRICS`; `null` where the source cannot know. */
  gauges: (GaugeValue | null)[];
  run: SketchBins;
  wait: SketchBins;
};

/** Format 1 (Tailback 0.1.0) had six counters, and bins half as wide. */
const FORMAT_1 = 1;
const FORMAT_1_COUNTERS = 6;
const FORMAT = 2;

/** Durations that a number can hold lie in bins far below this. */
const MAX_BIN = 20_000;

/** Packs a record of a chunk that is still open: gauges as differences to their maximum, bins to the one before. */
export function encodeRecord(record: SeriesRecord): Buffer {
  const writer = new ByteWriter();
  writer.byte(FORMAT);
  writer.byte(QUALITIES.indexOf(record.quality));
  writer.text(record.reason);
  writer.byte(COUNTER_METRICS.length);
  for (const index of COUNTER_METRICS.keys()) writer.varint(record.counters[index] ?? 0);
  writer.varint(record.samples);
  let present = 0;
  for (const index of GAUGE_METRICS.keys()) if (record.gauges[index]) present |= 1 << index;
  writer.varint(present);
  for (const gauge of record.gauges) {
    if (!gauge) continue;
    writer.varint(gauge.max);
    writer.varint(gauge.max - gauge.last);
    writer.varint(gauge.max * record.samples - gauge.sum);
  }
  writeBins(writer, record.run);
  writeBins(writer, record.wait);
  // Last, since records of earlier versions end before it.
  if (record.exact > 0) writer.varint(record.exact);
  return writer.toBuffer();
}

/** The inverse of `encodeRecord`; also reads what 0.1.0 wrote. @throws RangeError for other bytes */
export function decodeRecord(bytes: Uint8Array): SeriesRecord {
  const reader = new ByteReader(bytes);
  const format = reader.byte();
  if (format !== FORMAT && format !== FORMAT_1) throw new RangeError(`Unknown format ${format} of a history record`);
  const quality = QUALITIES[reader.byte()] ?? 'unknown';
  const reason = reader.text();
  const stored = format === FORMAT_1 ? FORMAT_1_COUNTERS : reader.byte();
  const found = Array.from({ length: stored }, () => reader.varint());
  const counters = COUNTER_METRICS.map((_, index) => found[index] ?? 0);
  const samples = reader.varint();
  const present = reader.varint();
  const gauges = GAUGE_METRICS.map((_, index) => {
    if ((present & (1 << index)) === 0) return null;
    const max = reader.varint();
    return { max, last: max - reader.varint(), sum: max * samples - reader.varint() };
  });
  const [run, wait] = [readBins(reader), readBins(reader)];
  const exact = reader.isAtEnd() ? 0 : reader.varint();
  return {
    quality,
    reason,
    exact,
    counters,
    samples,
    gauges,
    run: format === FORMAT_1 ? collapse(run) : run,
    wait: format === FORMAT_1 ? collapse(wait) : wait,
  };
}

export function writeBins(writer: ByteWriter, bins: SketchBins): void {
  const pairs = pairsOf(bins);
  writer.varint(bins.zeros);
  writer.varint(pairs.length);
  let before: number | null = null;
  for (const [index, count] of pairs) {
    // Bins below 1 ms have negative indexes.
    if (before === null) writer.signed(index);
    else writer.varint(index - before);
    writer.varint(count);
    before = index;
  }
}

export function readBins(reader: ByteReader): SketchBins {
  const counts = new BinCounts();
  counts.zeros = reader.varint();
  const length = reader.varint();
  let bin = 0;
  for (let n = 0; n < length; n += 1) {
    bin = n === 0 ? reader.signed() : bin + reader.varint();
    if (Math.abs(bin) > MAX_BIN) throw new RangeError(`No duration falls into bin ${bin}`);
    counts.add(bin, reader.varint());
  }
  return counts.toBins();
}

import { QUALITIES, type Quality } from '../domain/queue';
import { COUNTER_METRICS, GAUGE_METRICS } from '../domain/series';
import type { SketchBins } from './sketch';

/** Readings of one gauge within a minute; whole numbers. */
export type GaugeMinute = { max: number; last: number; sum: number };

/** What is kept of one queue's minute. */
export type MinuteRecord = {
  quality: Quality;
  /** Why the counters are not exact; empty when they are. */
  reason: string;
  /** In the order of `COUNTER_METRICS`. */
  counters: number[];
  /** Readings that the gauges were made of; 0 when the queue was not looked at (counters come from a stream read later). */
  samples: number;
  /** In the order of `GAUGE_METRICS`; `null` where the source cannot know. */
  gauges: (GaugeMinute | null)[];
  run: SketchBins;
  wait: SketchBins;
};

const FORMAT = 1;

/**
 * Packs a record into bytes, mostly one a number: LEB128 varints, gauges as differences to their maximum, bins as
 * differences to the one before. A busy minute takes about 150 bytes.
 */
export function encodeMinute(record: MinuteRecord): Buffer {
  const bytes: number[] = [FORMAT, QUALITIES.indexOf(record.quality)];
  const reason = Buffer.from(record.reason, 'utf8');
  put(bytes, reason.length);
  bytes.push(...reason);
  for (const index of COUNTER_METRICS.keys()) put(bytes, record.counters[index] ?? 0);
  put(bytes, record.samples);
  let present = 0;
  for (const index of GAUGE_METRICS.keys()) if (record.gauges[index]) present |= 1 << index;
  put(bytes, present);
  for (const gauge of record.gauges) {
    if (!gauge) continue;
    put(bytes, gauge.max);
    put(bytes, gauge.max - gauge.last);
    put(bytes, gauge.max * record.samples - gauge.sum);
  }
  putBins(bytes, record.run);
  putBins(bytes, record.wait);
  return Buffer.from(bytes);
}

/** The inverse of `encodeMinute`. @throws RangeError for bytes that it did not make */
export function decodeMinute(bytes: Uint8Array): MinuteRecord {
  const reader = new Reader(bytes);
  const format = reader.byte();
  if (format !== FORMAT) throw new RangeError(`Unknown format ${format} of a minute record`);
  const quality = QUALITIES[reader.byte()] ?? 'unknown';
  const reason = reader.text(reader.varint());
  const counters = COUNTER_METRICS.map(() => reader.varint());
  const samples = reader.varint();
  const present = reader.varint();
  const gauges = GAUGE_METRICS.map((_, index) => {
    if ((present & (1 << index)) === 0) return null;
    const max = reader.varint();
    return { max, last: max - reader.varint(), sum: max * samples - reader.varint() };
  });
  return { quality, reason, counters, samples, gauges, run: reader.bins(), wait: reader.bins() };
}

function put(bytes: number[], value: number): void {
  let rest = Math.max(0, Math.round(value));
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}

function putBins(bytes: number[], { zeros, bins }: SketchBins): void {
  put(bytes, zeros);
  put(bytes, bins.length);
  let before: number | null = null;
  for (const [index, count] of bins) {
    // Bins below 1 ms have negative indexes: the first one is sent as zigzag.
    put(bytes, before === null ? (index < 0 ? -2 * index - 1 : 2 * index) : index - before);
    put(bytes, count);
    before = index;
  }
}

class Reader {
  private position = 0;
  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    const value = this.bytes[this.position];
    if (value === undefined) throw new RangeError('A minute record ends too early');
    this.position += 1;
    return value;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  }

  text(length: number): string {
    const end = this.position + length;
    if (end > this.bytes.length) throw new RangeError('A minute record ends too early');
    const text = Buffer.from(this.bytes.subarray(this.position, end)).toString('utf8');
    this.position = end;
    return text;
  }

  bins(): SketchBins {
    const zeros = this.varint();
    const count = this.varint();
    const bins: [number, number][] = [];
    let index = 0;
    for (let i = 0; i < count; i += 1) {
      const step = this.varint();
      index = i === 0 ? (step % 2 === 1 ? -(step + 1) / 2 : step / 2) : index + step;
      bins.push([index, this.varint()]);
    }
    return { zeros, bins };
  }
}

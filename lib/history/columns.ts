import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter } from './bytes';
import { countOf, NO_BINS, type SketchBins } from './sketch';

/** Filtered: what is left in the columns is mostly small noise, in which long matches are rare. */
const DEFLATE = { level: 9, memLevel: 5, strategy: constants.Z_FILTERED };
/** A packed block holds some 100 kB; one that says more is not ours. */
const INFLATE = { maxOutputLength: 16_000_000, chunkSize: 8_192 };
/** More than any chunk of ours has. */
const MAX_ROWS = 10_000;
const MAX_CELLS = 2_000_000;

/** A packed chunk: its format, then blocks that are compressed by themselves, so that each can be left alone. */
export function packBlocks(format: number, blocks: readonly ByteWriter[]): Buffer {
  const head = new ByteWriter();
  head.byte(format);
  const packed = blocks.map((block) => deflateRawSync(block.toBuffer(), DEFLATE));
  for (const { length } of packed) head.varint(length);
  return Buffer.concat([head.toBuffer(), ...packed]);
}

/**
 * The inverse of `packBlocks`: one function a block that decompresses it; that one throws for bytes that are not ours.
 * @throws RangeError for another format, or when the bytes end too early
 */
export function unpackBlocks(format: number, count: number, bytes: Uint8Array): (() => ByteReader)[] {
  if (bytes[0] !== format) throw new RangeError(`Unknown format ${bytes[0]} of a history chunk`);
  const head = new ByteReader(bytes.subarray(1));
  const lengths = Array.from({ length: count }, () => head.varint());
  let start = 1 + head.offset;
  return lengths.map((length) => {
    const block = bytes.subarray(start, start + length);
    if (block.length < length) throw new RangeError('A chunk of the history ends too early');
    start += length;
    return () => new ByteReader(inflateRawSync(block, INFLATE));
  });
}

/** What a column is written as. */
const ALL_THE_SAME = 0;
const DIFFERENCES = 1;

/** Numbers, one a row, as differences to the row before; where all are the same, only the one. */
export function writeColumn(writer: ByteWriter, values: readonly number[]): void {
  const [first = 0] = values;
  const isEven = values.every((value) => value === first);
  writer.byte(isEven ? ALL_THE_SAME : DIFFERENCES);
  writer.signed(first);
  if (isEven) return;
  let before = first;
  for (let row = 1; row < values.length; row += 1) {
    const value = values[row] as number;
    writer.signed(value - before);
    before = value;
  }
}

/** @throws RangeError when the bytes end too early, or for more rows than a chunk can have */
export function readColumn(reader: ByteReader, rows: number): number[] {
  if (rows > MAX_ROWS) throw new RangeError(`A chunk of ${rows} rows`);
  const isEven = reader.byte() === ALL_THE_SAME;
  let value = reader.signed();
  const values = new Array<number>(rows).fill(value);
  if (isEven) return values;
  for (let row = 1; row < rows; row += 1) {
    value += reader.signed();
    values[row] = value;
  }
  return values;
}

/**
 * Distributions, one a row: totals as differences to what is `expected` of them, the counts of each bin over all rows,
 * then bin by bin each row's count as the difference to its share of what is left of the row. A row of which nothing is
 * left and a bin without any count cost nothing, the last bin next to nothing. All counts are exact.
 */
export function writeDistributions(writer: ByteWriter, rows: readonly SketchBins[], expected: readonly number[]): void {
  writeColumn(
    writer,
    rows.map(({ zeros }) => zeros),
  );
  const left = rows.map((row) => countOf(row) - row.zeros);
  writeColumn(
    writer,
    left.map((total, row) => total - (expected[row] ?? 0)),
  );
  const used = rows.filter(({ counts }) => counts.length > 0);
  const first = used.length === 0 ? 0 : Math.min(...used.map((row) => row.first));
  const end = Math.max(first, ...used.map((row) => row.first + row.counts.length));
  const countIn = (row: SketchBins, bin: number) => row.counts[bin - row.first] ?? 0;
  writer.signed(first);
  writer.varint(end - first);
  let rest = 0;
  for (const total of left) rest += total;
  for (let bin = first; bin < end; bin += 1) {
    let weight = 0;
    for (const row of rows) weight += countIn(row, bin);
    writer.varint(weight);
    if (weight === 0) continue;
    for (const [index, row] of rows.entries()) {
      const total = left[index] as number;
      if (total === 0) continue;
      const count = countIn(row, bin);
      writer.signed(count - shareOf(weight, total, rest));
      left[index] = total - count;
    }
    rest -= weight;
  }
}

/** The inverse of `writeDistributions`; `expected` has one entry a row. */
export function readDistributions(reader: ByteReader, expected: readonly number[]): SketchBins[] {
  const zeros = readColumn(reader, expected.length);
  const left = readColumn(reader, expected.length).map((difference, row) => difference + (expected[row] as number));
  const isUsed = left.map((total) => total > 0);
  const first = reader.signed();
  const width = reader.varint();
  if (width * expected.length > MAX_CELLS)
    throw new RangeError(`Distributions of ${expected.length} rows and ${width} bins`);
  const matrix = new Float64Array(expected.length * width);
  let rest = 0;
  for (const total of left) rest += total;
  for (let index = 0; index < width; index += 1) {
    const weight = reader.varint();
    if (weight === 0) continue;
    for (let row = 0; row < left.length; row += 1) {
      const total = left[row] as number;
      if (total === 0) continue;
      const count = reader.signed() + shareOf(weight, total, rest);
      matrix[row * width + index] = count;
      left[row] = total - count;
    }
    rest -= weight;
  }
  return zeros.map((none, row) =>
    isUsed[row]
      ? { zeros: none, first, counts: matrix.subarray(row * width, (row + 1) * width) }
      : { ...NO_BINS, zeros: none },
  );
}

function shareOf(weight: number, total: number, all: number): number {
  return Math.round((weight * total) / all);
}

import { ByteReader, ByteWriter } from './bytes';
import type { Chunk } from './chunk';
import { packBlocks, readColumn, readDistributions, unpackBlocks, writeColumn, writeDistributions } from './columns';
import { readBins, writeBins } from './record';
import { NO_BINS, type SketchBins } from './sketch';

/** Counters of a job name, in this order. */
export const NAME_COUNTERS = ['arrived', 'completed', 'failed', 'failedAttempts', 'stalled'] as const;
/** Counters that the first formats had. */
const FIRST_COUNTERS = 4;

/** Figures of one job name in one slot. */
export type NameEntry = { counters: number[]; totalRunMs: number; run: SketchBins };

/** Names of one queue in one slot. Job names never are empty: the rows of the rest are kept beside the map. */
export type NamesRecord = { names: Map<string, NameEntry>; other: NameEntry; unattributed: NameEntry };

/** 1 did not know stalls. */
const FORMAT = 2;
const FORMAT_1 = 1;
/** 1 was packed by a coder of our own, before anything was released: read as a gap. 2 did not know stalls. */
const CHUNK_FORMAT = 3;
const CHUNK_FORMAT_2 = 2;

/** Packs a record of a chunk that is still open. */
export function encodeNames({ names, other, unattributed }: NamesRecord): Buffer {
  const writer = new ByteWriter();
  writer.byte(FORMAT);
  writer.varint(names.size);
  for (const [name, entry] of names) {
    writer.text(name);
    writeEntry(writer, entry);
  }
  writeEntry(writer, other);
  writeEntry(writer, unattributed);
  return writer.toBuffer();
}

/** The inverse of `encodeNames`. @throws RangeError for other bytes */
export function decodeNames(bytes: Uint8Array): NamesRecord {
  const reader = new ByteReader(bytes);
  const format = reader.byte();
  if (format !== FORMAT && format !== FORMAT_1) throw new RangeError(`Unknown format ${format} of a record of names`);
  const names = new Map<string, NameEntry>();
  const count = reader.varint();
  const known = format === FORMAT_1 ? FIRST_COUNTERS : NAME_COUNTERS.length;
  for (let i = 0; i < count; i += 1) names.set(reader.text(), readEntry(reader, known));
  return { names, other: readEntry(reader, known), unattributed: readEntry(reader, known) };
}

type Row = { position: number; entry: NameEntry };
/** Rows of a packed chunk that are no names. */
const OTHER = 0;
const UNATTRIBUTED = 1;

/** A closed chunk: one row a name and slot, names said once, rows of a name together. Everything is kept exactly. */
export function packNames(chunk: Chunk<NamesRecord>): Buffer {
  const names = [...new Set([...chunk.values()].flatMap((record) => [...record.names.keys()]))].sort();
  const numberOf = new Map(names.map((name, index) => [name, index + 2]));
  const rowsOf: Row[][] = Array.from({ length: names.length + 2 }, () => []);
  const keep = (position: number, name: number, entry: NameEntry) => {
    if (entry.counters.some((count) => count > 0)) rowsOf[name]?.push({ position, entry });
  };
  for (const [position, record] of [...chunk].sort(([a], [b]) => a - b)) {
    keep(position, OTHER, record.other);
    keep(position, UNATTRIBUTED, record.unattributed);
    for (const [name, entry] of record.names) keep(position, numberOf.get(name) as number, entry);
  }
  const [main, runs] = [new ByteWriter(), new ByteWriter()];
  main.varint(names.length);
  for (const name of names) main.text(name);
  for (const rows of rowsOf) {
    const column = (read: (row: Row) => number) => writeColumn(main, rows.map(read));
    main.varint(rows.length);
    column(({ position }) => position);
    for (const index of NAME_COUNTERS.keys()) column(({ entry }) => entry.counters[index] ?? 0);
    column(({ entry }) => entry.totalRunMs);
    writeDistributions(
      runs,
      rows.map(({ entry }) => entry.run),
      rows.map(({ entry }) => finishedOf(entry.counters)),
    );
  }
  return packBlocks(CHUNK_FORMAT, [main, runs]);
}

/** The inverse of `packNames`. @throws for other bytes */
export function unpackNames(bytes: Uint8Array): Chunk<NamesRecord> {
  const isOlder = bytes[0] === CHUNK_FORMAT_2;
  const format = isOlder ? CHUNK_FORMAT_2 : CHUNK_FORMAT;
  const [main, runs] = unpackBlocks(format, 2, bytes).map((open) => open()) as [ByteReader, ByteReader];
  const names = Array.from({ length: main.varint() }, () => main.text());
  const chunk: Chunk<NamesRecord> = new Map();
  for (let number = 0; number < names.length + 2; number += 1) {
    const rows = main.varint();
    const positions = readColumn(main, rows);
    const counters = NAME_COUNTERS.map((_, index) =>
      isOlder && index >= FIRST_COUNTERS ? positions.map(() => 0) : readColumn(main, rows),
    );
    const totals = readColumn(main, rows);
    const countersOf = (row: number) => counters.map((values) => values[row] ?? 0);
    const distributions = readDistributions(
      runs,
      positions.map((_, row) => finishedOf(countersOf(row))),
    );
    for (const [row, position] of positions.entries()) {
      const record = chunk.get(position) ?? emptyNames();
      chunk.set(position, record);
      const entry = {
        counters: countersOf(row),
        totalRunMs: totals[row] ?? 0,
        run: distributions[row] ?? NO_BINS,
      };
      if (number === OTHER) record.other = entry;
      else if (number === UNATTRIBUTED) record.unattributed = entry;
      else record.names.set(names[number - 2] ?? '', entry);
    }
  }
  return chunk;
}

/** Mostly the number of runs that were timed. */
function finishedOf([, completed = 0, failed = 0, failedAttempts = 0]: readonly number[]): number {
  return completed + failed + failedAttempts;
}

export function emptyEntry(): NameEntry {
  return { counters: NAME_COUNTERS.map(() => 0), totalRunMs: 0, run: NO_BINS };
}

export function emptyNames(): NamesRecord {
  return { names: new Map(), other: emptyEntry(), unattributed: emptyEntry() };
}

function writeEntry(writer: ByteWriter, { counters, totalRunMs, run }: NameEntry): void {
  for (const index of NAME_COUNTERS.keys()) writer.varint(counters[index] ?? 0);
  writer.varint(totalRunMs);
  writeBins(writer, run);
}

function readEntry(reader: ByteReader, known: number): NameEntry {
  const counters = NAME_COUNTERS.map((_, index) => (index < known ? reader.varint() : 0));
  return { counters, totalRunMs: reader.varint(), run: readBins(reader) };
}

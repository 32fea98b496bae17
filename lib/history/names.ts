import { ByteReader, ByteWriter } from './bytes';
import type { Chunk } from './chunk';
import { codeDistributions, fromBytes, toBytes, type Columns } from './columns';
import { readBins, writeBins } from './record';
import type { SketchBins } from './sketch';

/** Counters of a job name, in this order. */
export const NAME_COUNTERS = ['arrived', 'completed', 'failed', 'failedAttempts'] as const;

/** Figures of one job name in one slot. */
export type NameEntry = { counters: number[]; totalRunMs: number; run: SketchBins };

/** Names of one queue in one slot. Job names never are empty: the rows of the rest are kept beside the map. */
export type NamesRecord = { names: Map<string, NameEntry>; other: NameEntry; unattributed: NameEntry };

const FORMAT = 1;

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
  if (format !== FORMAT) throw new RangeError(`Unknown format ${format} of a record of names`);
  const names = new Map<string, NameEntry>();
  const count = reader.varint();
  for (let i = 0; i < count; i += 1) names.set(reader.text(), readEntry(reader));
  return { names, other: readEntry(reader), unattributed: readEntry(reader) };
}

type Row = { position: number; name: number; entry: NameEntry };
/** Rows of a packed chunk that are no names. */
const OTHER = 0;
const UNATTRIBUTED = 1;

/** A closed chunk: one row a name and slot, names said once, rows of a name together. */
export function packNames(chunk: Chunk<NamesRecord>): Buffer {
  const names = [...new Set([...chunk.values()].flatMap((record) => [...record.names.keys()]))].sort();
  const numberOf = new Map(names.map((name, index) => [name, index + 2]));
  const rows: Row[] = [];
  const keep = (position: number, name: number, entry: NameEntry) => {
    if (entry.counters.some((count) => count > 0)) rows.push({ position, name, entry });
  };
  for (const [position, record] of chunk) {
    keep(position, OTHER, record.other);
    keep(position, UNATTRIBUTED, record.unattributed);
    for (const [name, entry] of record.names) keep(position, numberOf.get(name) as number, entry);
  }
  rows.sort((a, b) => a.name - b.name || a.position - b.position);
  return toBytes(FORMAT, (columns) => codeRows(columns, names, rows));
}

/** The inverse of `packNames`. @throws RangeError for other bytes */
export function unpackNames(bytes: Uint8Array): Chunk<NamesRecord> {
  const { names, rows } = codeRows(fromBytes(FORMAT, bytes), [], []);
  const chunk: Chunk<NamesRecord> = new Map();
  for (const { position, name, entry } of rows) {
    const record = chunk.get(position) ?? emptyNames();
    chunk.set(position, record);
    if (name === OTHER) record.other = entry;
    else if (name === UNATTRIBUTED) record.unattributed = entry;
    else record.names.set(names[name - 2] ?? '', entry);
  }
  return chunk;
}

function codeRows(columns: Columns, said: readonly string[], all: readonly Row[]): { names: string[]; rows: Row[] } {
  const names = Array.from({ length: columns.number(said.length) }, (_, index) => columns.text(said[index]));
  const rows: Row[] = [];
  for (let name = 0; name < names.length + 2; name += 1) {
    const own = all.filter((row) => row.name === name);
    const count = columns.number(own.length);
    const column = (kind: string, read: (row: Row) => number) => columns.column(count, own.map(read), kind);
    const places = own.map(({ position }) => position);
    const positions = columns.positions(count, places, 'positions');
    const counters = NAME_COUNTERS.map((counter, index) => column(counter, ({ entry }) => entry.counters[index] ?? 0));
    const totals = column('total', ({ entry }) => entry.totalRunMs);
    const given = own.map(({ entry }) => entry.run);
    const runs = codeDistributions(columns, count, given);
    for (const [row, position] of positions.entries())
      rows.push({
        position,
        name,
        entry: {
          counters: counters.map((values) => values[row] ?? 0),
          totalRunMs: totals[row] ?? 0,
          run: runs[row] ?? { zeros: 0, bins: [] },
        },
      });
  }
  return { names, rows };
}

export function emptyEntry(): NameEntry {
  return { counters: NAME_COUNTERS.map(() => 0), totalRunMs: 0, run: { zeros: 0, bins: [] } };
}

export function emptyNames(): NamesRecord {
  return { names: new Map(), other: emptyEntry(), unattributed: emptyEntry() };
}

function writeEntry(writer: ByteWriter, { counters, totalRunMs, run }: NameEntry): void {
  for (const index of NAME_COUNTERS.keys()) writer.varint(counters[index] ?? 0);
  writer.varint(totalRunMs);
  writeBins(writer, run);
}

function readEntry(reader: ByteReader): NameEntry {
  return { counters: NAME_COUNTERS.map(() => reader.varint()), totalRunMs: reader.varint(), run: readBins(reader) };
}

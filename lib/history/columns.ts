import {
  BitDecoder,
  BitEncoder,
  codeSigned,
  codeUnsigned,
  numberModels,
  type BitCoder,
  type Models,
} from './arithmetic';
import { countOf, type SketchBins } from './sketch';

/** A packed chunk as it is written or read: the same calls in the same order do both. */
export class Columns {
  private readonly plain = numberModels();
  /** By how much is expected in a cell: the more, the wider it scatters. Shared by all distributions of a chunk. */
  readonly cells: Models[] = [];

  private readonly kinds = new Map<string, Models>();

  constructor(readonly coder: BitCoder) {}

  /** One whole number, 0 or more. Reading ignores the argument. */
  number(value = 0): number {
    return codeUnsigned(this.coder, this.plain, value);
  }

  text(value = ''): string {
    const bytes = Buffer.from(value, 'utf8');
    const length = this.number(bytes.length);
    const result = Buffer.alloc(length);
    for (let index = 0; index < length; index += 1) result[index] = this.number(bytes[index] ?? 0);
    return result.toString('utf8');
  }

  /** Numbers, one a row, as differences to what the rows before let expect. Columns of one `kind` learn together. */
  column(rows: number, values?: readonly number[], kind?: string): number[] {
    const models = this.modelsOf(kind);
    const result: number[] = [];
    let level = 0;
    for (let row = 0; row < rows; row += 1) {
      const expectation = Math.round(level);
      const value = expectation + codeSigned(this.coder, models, (values?.[row] ?? 0) - expectation);
      level = row === 0 ? value : level + (value - level) / FOLLOWING;
      if (value === result[row - 1]) level = value;
      result.push(value);
    }
    return result;
  }

  /** Numbers that grow by one most of the time. */
  positions(rows: number, values?: readonly number[], kind?: string): number[] {
    const models = this.modelsOf(kind);
    const result: number[] = [];
    for (let row = 0; row < rows; row += 1) {
      const next = row === 0 ? 0 : (result[row - 1] as number) + 1;
      result.push(next + codeSigned(this.coder, models, (values?.[row] ?? 0) - next));
    }
    return result;
  }

  private modelsOf(kind: string | undefined): Models {
    if (kind === undefined) return numberModels();
    let models = this.kinds.get(kind);
    if (!models) this.kinds.set(kind, (models = numberModels()));
    return models;
  }
}

/** How many rows back a column's level remembers. */
const FOLLOWING = 4;

export function toBytes(format: number, write: (columns: Columns) => void): Buffer {
  const encoder = new BitEncoder();
  write(new Columns(encoder));
  return Buffer.concat([Buffer.from([format]), encoder.toBuffer()]);
}

/** @throws RangeError for bytes of another format */
export function fromBytes(format: number, bytes: Uint8Array): Columns {
  if (bytes[0] !== format) throw new RangeError(`Unknown format ${bytes[0]} of a history chunk`);
  return new Columns(new BitDecoder(bytes.subarray(1)));
}

/** Numbers below this are kept as they are, larger ones to `STEPS` steps an octave. */
const EXACT_BELOW = 8;
const STEPS = EXACT_BELOW / 2;

/** Number of the nearest step. */
export function toStep(value: number): number {
  if (value < EXACT_BELOW) return value;
  let octave = 0;
  let unit = 1;
  while (value >= EXACT_BELOW * unit) {
    unit *= 2;
    octave += 1;
  }
  return EXACT_BELOW + (octave - 1) * STEPS + Math.round(value / unit) - STEPS;
}

export function fromStep(step: number): number {
  if (step < EXACT_BELOW) return step;
  const octave = Math.floor((step - EXACT_BELOW) / STEPS) + 1;
  return (STEPS + ((step - EXACT_BELOW) % STEPS)) * 2 ** octave;
}

/**
 * Distributions, one a row, as differences to what the whole chunk's shape and the row's total let expect. Totals and
 * counts below 8 are exact; larger ones are rounded to a quarter of an octave, and what that takes or adds moves on to
 * the next large bin towards the fullest, so that ranks stay put: the quantiles keep their bins.
 */
export function codeDistributions(columns: Columns, count: number, rows: readonly SketchBins[] = []): SketchBins[] {
  const { coder, cells } = columns;
  const none = rows.map((row) => row.zeros);
  const zeros = columns.column(count, none, 'zeros');
  const others = rows.map((row) => countOf(row) - row.zeros);
  const totals = columns.column(count, others, 'totals');
  const sums = new Map<number, number>();
  for (const { bins } of rows) for (const [bin, n] of bins) sums.set(bin, (sums.get(bin) ?? 0) + n);
  const present = [...sums.keys()].sort((a, b) => a - b);
  const width = columns.number(present.length);
  const used = columns.positions(width, present, 'bins');
  const given = present.map((bin) => sums.get(bin) as number);
  const weights = columns.column(width, given, 'weights');
  const all = totals.reduce((sum, total) => sum + total, 0);
  const rounded = rows.map((row) => roundKeepingRanks(row.bins));
  const result: SketchBins[] = zeros.map((n) => ({ zeros: n, bins: [] }));
  for (const [column, bin] of used.entries())
    for (let row = 0; row < count; row += 1) {
      const total = totals[row] as number;
      if (total === 0) continue;
      const expectation = expected(weights[column] as number, total, all);
      const context = contextOf(weights[column] as number, total, all);
      const models = (cells[context] ??= numberModels());
      const step = toStep(rounded[row]?.get(bin) ?? 0);
      const coded = expectation + codeSigned(coder, models, step - expectation);
      if (coded > 0) result[row]?.bins.push([bin, fromStep(coded)]);
    }
  for (const [row, { bins }] of result.entries()) restoreTotal(bins, totals[row] as number);
  return result;
}

/** The fullest bin takes up what rounding changed. */
function restoreTotal(bins: [number, number][], total: number): void {
  let fullest: [number, number] | undefined;
  let rest = total;
  for (const cell of bins) {
    rest -= cell[1];
    if (!fullest || cell[1] > fullest[1]) fullest = cell;
  }
  if (fullest) fullest[1] = Math.max(1, fullest[1] + rest);
}

/** Quarters of an octave below 1, steps above. */
function contextOf(weight: number, total: number, all: number): number {
  const mean = all === 0 ? 0 : (weight * total) / all;
  if (mean >= 1) return 16 + toStep(Math.floor(mean));
  let context = 15;
  for (let bound = 0.84; bound > mean && context > 0; bound *= 0.71) context -= 1;
  return context;
}

function expected(weight: number, total: number, all: number): number {
  return all === 0 ? 0 : toStep(Math.floor((weight * total) / all));
}

/** From both ends towards the fullest bin, which takes up the rest when it is read. */
function roundKeepingRanks(bins: readonly (readonly [number, number])[]): Map<number, number> {
  if (bins.length === 0) return new Map();
  let fullest = 0;
  for (const [position, [, count]] of bins.entries()) if (count > (bins[fullest]?.[1] ?? 0)) fullest = position;
  const result = new Map<number, number>();
  const walk = (from: number, by: 1 | -1) => {
    let carry = 0;
    for (let position = from; position !== fullest; position += by) {
      const [bin, count] = bins[position] as readonly [number, number];
      const value = count < EXACT_BELOW ? count : fromStep(toStep(Math.max(EXACT_BELOW, count + carry)));
      if (count >= EXACT_BELOW) carry += count - value;
      result.set(bin, value);
    }
    return carry;
  };
  const carry = walk(0, 1) + walk(bins.length - 1, -1);
  const peak = bins[fullest];
  if (peak) result.set(peak[0], fromStep(toStep(Math.max(1, peak[1] + carry))));
  return result;
}

import { QUALITIES } from '../domain/queue';
import { COUNTER_METRICS, GAUGE_METRICS } from '../domain/series';
import { codeDistributions, fromBytes, toBytes, type Columns } from './columns';
import type { GaugeValue, SeriesRecord } from './record';

const FORMAT = 1;
/** Sums of gauges are kept to this many steps an octave: averages are off by at most 3.2 % of their distance to the maximum. */
const MANTISSA = 32;
/** Metrics that follow another: jobs that start have arrived, jobs that complete have started, waiting jobs are the backlog. */
const COUNTER_FOLLOWS: Readonly<Record<number, number>> = { 1: 0, 2: 1 };
const GAUGE_FOLLOWS: Readonly<Record<number, number>> = {
  [GAUGE_METRICS.indexOf('depth.backlog')]: GAUGE_METRICS.indexOf('depth.waiting'),
};

/** Records of a chunk by the position of their slot. */
export type Chunk<R> = Map<number, R>;

/**
 * A closed chunk of series as bytes, column by column. Everything is kept exactly but the sums behind averages and
 * large counts within distributions (see `codeDistributions`).
 */
export function packSeries(chunk: Chunk<SeriesRecord>): Buffer {
  return toBytes(FORMAT, (columns) => codeSeries(columns, chunk));
}

/** The inverse of `packSeries`. @throws RangeError for other bytes */
export function unpackSeries(bytes: Uint8Array): Chunk<SeriesRecord> {
  return codeSeries(fromBytes(FORMAT, bytes), new Map());
}

function codeSeries(columns: Columns, chunk: Chunk<SeriesRecord>): Chunk<SeriesRecord> {
  const known = [...chunk.keys()].sort((a, b) => a - b);
  const records = known.map((position) => chunk.get(position) as SeriesRecord);
  const rows = columns.number(records.length);
  const counterCount = columns.number(COUNTER_METRICS.length);
  const gaugeCount = columns.number(GAUGE_METRICS.length);
  const column = (read: (record: SeriesRecord) => number) => columns.column(rows, records.map(read));
  const positions = columns.positions(rows, known);
  const qualities = column(({ quality }) => QUALITIES.indexOf(quality));
  const said = [...new Set(records.map(({ reason }) => reason))];
  const reasons = Array.from({ length: columns.number(said.length) }, (_, index) => columns.text(said[index]));
  const reasonOf = column(({ reason }) => said.indexOf(reason));
  const counters: number[][] = [];
  for (let index = 0; index < counterCount; index += 1) {
    const leader = COUNTER_FOLLOWS[index] ?? -1;
    const values = column((record) => (record.counters[index] ?? 0) - (record.counters[leader] ?? 0));
    counters.push(values.map((value, row) => value + (counters[leader]?.[row] ?? 0)));
  }
  const samples = column((record) => record.samples);
  const present = column(({ gauges }) =>
    gauges.reduce((bits, gauge, index) => (gauge ? bits | (1 << index) : bits), 0),
  );
  const gauges: (GaugeValue | null)[][] = [];
  for (let index = 0; index < gaugeCount; index += 1) {
    const given = records.map((record) => record.gauges[index] ?? null);
    gauges.push(codeGauge(columns, samples, present, index, gauges[GAUGE_FOLLOWS[index] ?? -1], given));
  }
  const runsGiven = records.map(({ run }) => run);
  const runs = codeDistributions(columns, rows, runsGiven);
  const waitsGiven = records.map(({ wait }) => wait);
  const waits = codeDistributions(columns, rows, waitsGiven);
  return new Map(
    positions.map((position, row) => [
      position,
      {
        quality: QUALITIES[qualities[row] ?? 3] ?? 'unknown',
        reason: reasons[reasonOf[row] ?? 0] ?? '',
        counters: COUNTER_METRICS.map((_, index) => counters[index]?.[row] ?? 0),
        samples: samples[row] ?? 0,
        gauges: GAUGE_METRICS.map((_, index) => gauges[index]?.[row] ?? null),
        run: runs[row] ?? { zeros: 0, bins: [] },
        wait: waits[row] ?? { zeros: 0, bins: [] },
      },
    ]),
  );
}

/** A gauge that stands at its leader's values costs nothing: all is coded as the difference to it. */
function codeGauge(
  columns: Columns,
  samples: readonly number[],
  present: readonly number[],
  index: number,
  leader: readonly (GaugeValue | null)[] | undefined,
  values: readonly (GaugeValue | null)[],
): (GaugeValue | null)[] {
  const rows = [...present.keys()].filter((row) => ((present[row] as number) & (1 << index)) !== 0);
  const followed = rows.map((row) => leader?.[row] ?? null);
  const floatOf = (gauge: GaugeValue | null | undefined, row: number) =>
    toFloat(gauge ? Math.max(0, gauge.max * (samples[row] as number) - gauge.sum) : 0);
  const part = (read: (gauge: GaugeValue | null | undefined, row: number) => number) => {
    const base = rows.map((row, position) => (followed[position] ? read(followed[position], row) : 0));
    const wanted = rows.map((row, position) => read(values[row], row) - (base[position] as number));
    return columns.column(rows.length, wanted).map((value, position) => value + (base[position] as number));
  };
  const maxima = part((gauge) => gauge?.max ?? 0);
  const below = part((gauge) => (gauge ? gauge.max - gauge.last : 0));
  const exponents = part((gauge, row) => floatOf(gauge, row)[0]);
  const mantissas = part((gauge, row) => floatOf(gauge, row)[1]);
  const result = new Array<GaugeValue | null>(present.length).fill(null);
  for (const [position, row] of rows.entries()) {
    const max = maxima[position] as number;
    const missing = fromFloat(exponents[position] as number, mantissas[position] as number);
    result[row] = { max, last: max - (below[position] as number), sum: max * (samples[row] as number) - missing };
  }
  return result;
}

function toFloat(value: number): [exponent: number, mantissa: number] {
  let exponent = 0;
  let rest = value;
  while (Math.round(rest) >= MANTISSA) {
    rest /= 2;
    exponent += 1;
  }
  return [exponent, Math.round(rest)];
}

function fromFloat(exponent: number, mantissa: number): number {
  return mantissa * 2 ** exponent;
}

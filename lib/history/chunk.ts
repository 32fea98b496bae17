import { QUALITIES, type Quality } from '../domain/queue';
import { COUNTER_METRICS, GAUGE_METRICS } from '../domain/series';
import { ByteWriter, type ByteReader } from './bytes';
import { packBlocks, readColumn, readDistributions, unpackBlocks, writeColumn, writeDistributions } from './columns';
import type { GaugeValue, SeriesRecord } from './record';
import { NO_BINS, type SketchBins } from './sketch';

/** 1 was packed by a coder of our own, before anything was released: read as a gap. */
const FORMAT = 2;
/** Metrics that follow another: jobs that start have arrived, jobs that complete have started, waiting jobs are the backlog. */
const COUNTER_FOLLOWS: Readonly<Record<number, number>> = { 1: 0, 2: 1 };
const GAUGE_FOLLOWS: Readonly<Record<number, number>> = {
  [GAUGE_METRICS.indexOf('depth.backlog')]: GAUGE_METRICS.indexOf('depth.waiting'),
};

/** Counters that together mostly are the number of runs, and of waits, that were timed. */
const RUNS_OF = (['completed', 'failed', 'failedAttempts'] as const).map((name) => COUNTER_METRICS.indexOf(name));
const WAITS_OF = [COUNTER_METRICS.indexOf('started')];

/** Records of a chunk by the position of their slot. */
export type Chunk<R> = Map<number, R>;

/**
 * A closed chunk of series as bytes, column by column. Everything is kept exactly but the sums behind averages, which
 * are off by at most 3.2 % of their distance to the maximum.
 */
export function packSeries(chunk: Chunk<SeriesRecord>): Buffer {
  const entries = [...chunk].sort(([a], [b]) => a - b);
  const records = entries.map(([, record]) => record);
  const [main, run, wait] = [new ByteWriter(), new ByteWriter(), new ByteWriter()];
  const column = (read: (record: SeriesRecord) => number) => writeColumn(main, records.map(read));
  main.varint(records.length);
  main.varint(COUNTER_METRICS.length);
  main.varint(GAUGE_METRICS.length);
  writeColumn(
    main,
    entries.map(([position]) => position),
  );
  column(({ quality }) => QUALITIES.indexOf(quality));
  const reasons = [...new Set(records.map(({ reason }) => reason))];
  main.varint(reasons.length);
  for (const reason of reasons) main.text(reason);
  column(({ reason }) => reasons.indexOf(reason));
  for (const index of COUNTER_METRICS.keys()) {
    const leader = COUNTER_FOLLOWS[index] ?? -1;
    column(({ counters }) => (counters[index] ?? 0) - (counters[leader] ?? 0));
  }
  column(({ samples }) => samples);
  for (const index of GAUGE_METRICS.keys()) {
    column(({ gauges }) => (gauges[index] ? 1 : 0));
    const known = records.filter(({ gauges }) => gauges[index]);
    const follow = GAUGE_FOLLOWS[index] ?? -1;
    for (const read of GAUGE_PARTS)
      writeColumn(
        main,
        known.map(({ gauges, samples }) => read(gauges[index], samples) - read(gauges[follow], samples)),
      );
  }
  // Last, since chunks of earlier versions end before it.
  if (records.some(({ exact }) => exact > 0)) column(({ exact }) => exact);
  writeDistributions(
    run,
    records.map((record) => record.run),
    records.map(({ counters }) => sumOf(counters, RUNS_OF)),
  );
  writeDistributions(
    wait,
    records.map((record) => record.wait),
    records.map(({ counters }) => sumOf(counters, WAITS_OF)),
  );
  return packBlocks(FORMAT, [main, run, wait]);
}

function sumOf(counters: readonly number[], which: readonly number[]): number {
  return which.reduce((sum, index) => sum + (counters[index] ?? 0), 0);
}

type Gauge = GaugeValue | null | undefined;
/** What is kept of a gauge, each a column. */
const GAUGE_PARTS: readonly ((gauge: Gauge, samples: number) => number)[] = [
  (gauge) => gauge?.max ?? 0,
  (gauge) => (gauge ? gauge.max - gauge.last : 0),
  (gauge, samples) => (gauge ? toStep(Math.max(0, gauge.max * samples - gauge.sum)) : 0),
];

/**
 * The inverse of `packSeries`. Distributions are decoded when they are first asked for, and are empty if they turn out
 * unreadable. @throws for other bytes
 */
export function unpackSeries(bytes: Uint8Array): Chunk<SeriesRecord> {
  const [openMain, openRun, openWait] = unpackBlocks(FORMAT, 3, bytes) as [Block, Block, Block];
  const main = openMain();
  const [rows, counterCount, gaugeCount] = [main.varint(), main.varint(), main.varint()];
  const positions = readColumn(main, rows);
  const qualities = readColumn(main, rows);
  const reasons = Array.from({ length: main.varint() }, () => main.text());
  const reasonOf = readColumn(main, rows);
  const counters: number[][] = [];
  for (let index = 0; index < counterCount; index += 1)
    counters.push(addTo(readColumn(main, rows), counters[COUNTER_FOLLOWS[index] ?? -1]));
  const samples = readColumn(main, rows);
  const gauges: (GaugeValue | null)[][] = [];
  for (let index = 0; index < gaugeCount; index += 1)
    gauges.push(readGauges(main, samples, gauges[GAUGE_FOLLOWS[index] ?? -1]));
  const exact = main.isAtEnd() ? [] : readColumn(main, rows);
  const expected = (which: readonly number[]) =>
    positions.map((_, row) =>
      sumOf(
        counters.map((values) => values[row] ?? 0),
        which,
      ),
    );
  const [runs, waits] = [onDemand(openRun, expected(RUNS_OF)), onDemand(openWait, expected(WAITS_OF))];
  return new Map(
    positions.map((position, row): [number, SeriesRecord] => [
      position,
      new UnpackedRecord(
        QUALITIES[qualities[row] ?? 3] ?? 'unknown',
        reasons[reasonOf[row] ?? 0] ?? '',
        exact[row] ?? 0,
        COUNTER_METRICS.map((_, index) => counters[index]?.[row] ?? 0),
        samples[row] ?? 0,
        GAUGE_METRICS.map((_, index) => gauges[index]?.[row] ?? null),
        row,
        runs,
        waits,
      ),
    ]),
  );
}

/** Its distributions are decoded with those of its whole chunk, when the first is asked for. A spread loses them. */
class UnpackedRecord implements SeriesRecord {
  constructor(
    readonly quality: Quality,
    readonly reason: string,
    readonly exact: number,
    readonly counters: number[],
    readonly samples: number,
    readonly gauges: (GaugeValue | null)[],
    private readonly row: number,
    private readonly runs: () => readonly SketchBins[],
    private readonly waits: () => readonly SketchBins[],
  ) {}

  get run(): SketchBins {
    return this.runs()[this.row] ?? NO_BINS;
  }

  get wait(): SketchBins {
    return this.waits()[this.row] ?? NO_BINS;
  }
}

type Block = () => ByteReader;

function onDemand(open: Block, expected: readonly number[]): () => readonly SketchBins[] {
  let read: readonly SketchBins[] | undefined;
  return () => {
    if (read) return read;
    try {
      read = readDistributions(open(), expected);
    } catch {
      read = [];
    }
    return read;
  };
}

function addTo(values: number[], base: readonly number[] | undefined): number[] {
  return base ? values.map((value, row) => value + (base[row] ?? 0)) : values;
}

function readGauges(
  main: ByteReader,
  samples: readonly number[],
  leader: readonly Gauge[] | undefined,
): (GaugeValue | null)[] {
  const present = readColumn(main, samples.length);
  const known = [...present.keys()].filter((row) => present[row] === 1);
  const [maxima, below, missing] = GAUGE_PARTS.map((part) => {
    const base = leader && known.map((row) => part(leader[row], samples[row] as number));
    return addTo(readColumn(main, known.length), base);
  }) as [number[], number[], number[]];
  const result = present.map((): GaugeValue | null => null);
  let before: GaugeValue | null = null;
  for (const [position, row] of known.entries()) {
    const max = maxima[position] as number;
    const last = max - (below[position] as number);
    const sum = max * (samples[row] as number) - fromStep(missing[position] as number);
    const followed: Gauge = leader?.[row];
    // Most gauges stand still, and tens of thousands of them are read for one chart.
    if (!isAt(before, max, last, sum)) before = isAt(followed, max, last, sum) ? followed : { max, last, sum };
    result[row] = before;
  }
  return result;
}

function isAt(gauge: Gauge, max: number, last: number, sum: number): gauge is GaugeValue {
  return gauge != null && gauge.max === max && gauge.last === last && gauge.sum === sum;
}

/** Steps an octave that a sum's distance to the maximum is kept to. */
const STEPS = 16;

/** Number of the nearest step; below 32 each number is one. Steps are their own steps: packing again changes nothing. */
function toStep(value: number): number {
  let [octave, rest] = [0, value];
  while (Math.round(rest) >= 2 * STEPS) {
    rest /= 2;
    octave += 1;
  }
  return octave * STEPS + Math.round(rest);
}

function fromStep(step: number): number {
  if (step < 2 * STEPS) return step;
  const octave = Math.floor(step / STEPS) - 1;
  return (step - octave * STEPS) * 2 ** octave;
}

import { COUNTER_METRICS, GAUGE_METRICS, type Series } from '../domain/series';
import { HOUR_MS, MINUTE_MS, type StoredRange } from './history-store';
import type { GaugeMinute, MinuteRecord } from './minute';
import { addBins, newSketch, type Sketch } from './sketch';

/** Steps that a chart can have (ms); the smallest that gives at most `MAX_POINTS` is taken. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360].map((minutes) => minutes * MINUTE_MS);
export const MAX_POINTS = 300;
/** A minute in which the source was looked at for less than this has incomplete gauges. */
const FULLY_COVERED_MS = 50_000;

/** Step (ms) for a range, a whole number of minutes. */
export function pickStep(from: number, to: number): number {
  return (
    STEPS.find((step) => (to - from) / step <= MAX_POINTS) ?? Math.ceil((to - from) / MAX_POINTS / HOUR_MS) * HOUR_MS
  );
}

type Minute = { record: MinuteRecord | null; gauges: (GaugeMinute | null)[] | null; samples: number; isKnown: boolean };

/**
 * Turns stored minutes into one value per step. Counters are summed, gauges keep their highest value (or `:avg`,
 * `:last`), quantiles are read from merged distributions. A step in which nothing is known is `null`.
 * `now` (ms) tells which bucket is still filling.
 */
export function toSeries(
  stored: StoredRange,
  request: { from: number; to: number; stepMs: number; metrics: readonly string[]; now: number },
): Series {
  const { stepMs, metrics, now } = request;
  const from = Math.floor(request.from / stepMs) * stepMs;
  const to = Math.max(from + stepMs, Math.ceil(request.to / stepMs) * stepMs);
  const currentMinute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const minutes = layOut(stored, from, to, currentMinute);
  const steps = (to - from) / stepMs;
  const perStep = stepMs / MINUTE_MS;
  const series: Series['series'] = {};
  for (const metric of metrics) {
    const values: (number | null)[] = [];
    const read = reader(metric);
    for (let step = 0; step < steps; step += 1) values.push(read(minutes.slice(step * perStep, (step + 1) * perStep)));
    series[metric] = values;
  }
  return {
    from,
    to,
    stepMs,
    gaps: gapsOf(minutes, from, Math.min(to, currentMinute)),
    partial: partialOf(stored, minutes, from, Math.min(to, currentMinute)),
    unfinishedFrom: to > currentMinute && from <= now ? Math.max(from, Math.floor(now / stepMs) * stepMs) : null,
    series,
  };
}

/** One entry a minute of [from, to). Gauges that did not change are carried on within their hour, as they are stored. */
function layOut(stored: StoredRange, from: number, to: number, currentMinute: number): Minute[] {
  const records = new Map(stored.minutes.map(({ at, record }) => [at, record]));
  const result: Minute[] = [];
  let carried: (GaugeMinute | null)[] | null = null;
  for (let at = Math.floor(from / HOUR_MS) * HOUR_MS; at < to; at += MINUTE_MS) {
    if (at % HOUR_MS === 0) carried = null;
    const record = records.get(at) ?? null;
    const isPresent = (stored.presence.get(at) ?? 0) > 0;
    if (record && record.samples > 0)
      carried = record.gauges.map((gauge) => gauge && { max: gauge.last, last: gauge.last, sum: gauge.last });
    if (at < from) continue;
    const isBeforeFirst = stored.firstSeenAt === null || at + MINUTE_MS <= stored.firstSeenAt;
    const isKnown = record !== null || (isPresent && !isBeforeFirst && at <= currentMinute);
    const gauges = record && record.samples > 0 ? record.gauges : isKnown && isPresent ? (carried ?? ZEROS) : null;
    result.push({ record, gauges, samples: record && record.samples > 0 ? record.samples : 1, isKnown });
  }
  return result;
}

/** No record in an hour in which the source was looked at: the queue was empty all along. */
const ZEROS: (GaugeMinute | null)[] = GAUGE_METRICS.map((name) =>
  name === 'workers' ? null : { max: 0, last: 0, sum: 0 },
);

function reader(metric: string): (minutes: readonly Minute[]) => number | null {
  const counter = (COUNTER_METRICS as readonly string[]).indexOf(metric);
  if (counter >= 0) return (minutes) => sumCounters(minutes, counter);
  const [name = '', mode = 'max'] = metric.split(':');
  const gauge = (GAUGE_METRICS as readonly string[]).indexOf(name);
  if (gauge >= 0) return (minutes) => readGauge(minutes, gauge, mode);
  const [distribution, quantile = ''] = metric.split('.');
  const q = Number(quantile.slice(1)) / 100;
  return (minutes) => readQuantile(minutes, distribution === 'runMs' ? 'run' : 'wait', q);
}

function sumCounters(minutes: readonly Minute[], index: number): number | null {
  let sum: number | null = null;
  for (const { record, isKnown } of minutes) if (isKnown) sum = (sum ?? 0) + (record?.counters[index] ?? 0);
  return sum;
}

function readGauge(minutes: readonly Minute[], index: number, mode: string): number | null {
  let max: number | null = null;
  let last: number | null = null;
  let sum = 0;
  let samples = 0;
  for (const minute of minutes) {
    const gauge = minute.gauges?.[index];
    if (!gauge) continue;
    max = max === null ? gauge.max : Math.max(max, gauge.max);
    last = gauge.last;
    sum += gauge.sum;
    samples += minute.samples;
  }
  if (mode === 'last') return last;
  if (mode === 'avg') return samples === 0 ? null : Math.round((sum / samples) * 100) / 100;
  return max;
}

function readQuantile(minutes: readonly Minute[], which: 'run' | 'wait', q: number): number | null {
  let merged: Sketch | null = null;
  for (const { record } of minutes) {
    const part = record?.[which];
    if (!part || (part.zeros === 0 && part.bins.length === 0)) continue;
    merged ??= newSketch();
    addBins(merged, part);
  }
  return merged === null ? null : Math.round(merged.getValueAtQuantile(q) * 10) / 10;
}

function gapsOf(minutes: readonly Minute[], from: number, to: number): [number, number][] {
  const gaps: [number, number][] = [];
  for (const [index, minute] of minutes.entries()) {
    const at = from + index * MINUTE_MS;
    if (at >= to) break;
    if (minute.isKnown) continue;
    const last = gaps.at(-1);
    if (last && last[1] === at) last[1] = at + MINUTE_MS;
    else gaps.push([at, at + MINUTE_MS]);
  }
  return gaps;
}

function partialOf(stored: StoredRange, minutes: readonly Minute[], from: number, to: number): Series['partial'] {
  const partial: Series['partial'] = [];
  for (const [index, minute] of minutes.entries()) {
    const at = from + index * MINUTE_MS;
    if (at >= to) break;
    if (!minute.isKnown) continue;
    const covered = stored.presence.get(at) ?? 0;
    const reason =
      minute.record && minute.record.quality !== 'exact'
        ? minute.record.reason
        : covered < FULLY_COVERED_MS
          ? `The collector did not look for ${Math.round((MINUTE_MS - covered) / 1000)} s of this minute.`
          : null;
    if (reason === null) continue;
    const last = partial.at(-1);
    if (last && last.to === at && last.reason === reason) last.to = at + MINUTE_MS;
    else partial.push({ from: at, to: at + MINUTE_MS, quality: 'partial', reason });
  }
  return partial;
}

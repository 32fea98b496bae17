import { COUNTER_METRICS, GAUGE_METRICS } from '../domain/series';
import { QUALITIES } from '../domain/queue';
import type { GaugeValue, SeriesRecord } from './record';
import { mergeBins, NO_BINS } from './sketch';

const ALL_COUNTERS = 2 ** COUNTER_METRICS.length - 1;

/**
 * Several records, in order of time, as one: counters are summed, gauges keep their highest and last value and their
 * sum, distributions are merged, the worst quality counts with its first reason. No records give an empty one.
 */
export function rollUp(records: readonly SeriesRecord[]): SeriesRecord {
  const looked = records.filter(({ samples }) => samples > 0);
  const worst = Math.max(0, ...records.map(({ quality }) => QUALITIES.indexOf(quality)));
  return {
    quality: QUALITIES[worst] ?? 'exact',
    reason: records.find(({ quality, reason }) => reason !== '' && QUALITIES.indexOf(quality) === worst)?.reason ?? '',
    exact: exactIn(records),
    counters: COUNTER_METRICS.map((_, index) => records.reduce((sum, { counters }) => sum + (counters[index] ?? 0), 0)),
    samples: looked.reduce((sum, { samples }) => sum + samples, 0),
    gauges: GAUGE_METRICS.map((_, index) => mergeGauge(looked, index)),
    run: records.length === 0 ? NO_BINS : mergeBins(records.map(({ run }) => run)),
    wait: records.length === 0 ? NO_BINS : mergeBins(records.map(({ wait }) => wait)),
  };
}

/** Counters that are exact in every part that is not. */
function exactIn(records: readonly SeriesRecord[]): number {
  const marked = records.filter(({ quality }) => quality !== 'exact');
  return marked.length === 0 ? 0 : marked.reduce((bits, { exact }) => bits & exact, ALL_COUNTERS);
}

/** A part in which the gauge could not be known counts as if it had stood at the average of the others. */
function mergeGauge(records: readonly SeriesRecord[], index: number): GaugeValue | null {
  let max = -Infinity;
  let last = 0;
  let sum = 0;
  let known = 0;
  let samples = 0;
  for (const record of records) {
    samples += record.samples;
    const gauge = record.gauges[index];
    if (!gauge) continue;
    max = Math.max(max, gauge.max);
    last = gauge.last;
    sum += gauge.sum;
    known += record.samples;
  }
  return known === 0 ? null : { max, last, sum: known === samples ? sum : Math.round((sum / known) * samples) };
}

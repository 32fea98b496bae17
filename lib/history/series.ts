import { UNCOUNTED } from '../domain/rabbit';
import { COUNTER_METRICS, GAUGE_METRICS, type Series } from '../domain/series';
import type { StoredRange } from './history-store';
import { layOut, type LaidSlot } from './lay-out';
import type { SeriesRecord } from './record';
import { mergeBins, NO_BINS, quantileOf, type SketchBins } from './sketch';
import { slotOf, type Tier } from './tiers';

/** The collector writes every 5 s: what is newer than this (ms) may still be on its way. */
const WRITING_TAKES_MS = 7_000;
/** A slot in which the source was not looked at for longer than this, or than a sixth of it, has incomplete gauges. */
const MAX_UNSEEN_MS = 10_000;

export type SeriesRequest = {
  tier: Tier;
  from: number;
  to: number;
  /** A multiple of the tier's slots. */
  stepMs: number;
  metrics: readonly string[];
  /** ms; tells which bucket is still filling. */
  now: number;
};

/** The steps that touch [from, to): whole ones. */
export function wholeSteps({ from, to, stepMs }: Pick<SeriesRequest, 'from' | 'to' | 'stepMs'>) {
  const start = Math.floor(from / stepMs) * stepMs;
  return { from: start, to: Math.max(start + stepMs, Math.ceil(to / stepMs) * stepMs) };
}

/**
 * Turns stored records into one value per step. Counters are summed, gauges keep their highest value (or `:avg`,
 * `:last`), quantiles are read from merged distributions. A step in which nothing is known is `null`.
 */
export function toSeries(stored: StoredRange<SeriesRecord>, request: SeriesRequest): Series {
  const { tier, stepMs, metrics } = request;
  const { from, to } = wholeSteps(request);
  const settled = request.now - WRITING_TAKES_MS;
  const current = slotOf(tier, settled);
  const slots = layOut(stored, tier, from, to, slotOf(tier, request.now));
  const perStep = stepMs / tier.slotMs;
  const steps: LaidSlot[][] = [];
  for (let start = 0; start < slots.length; start += perStep) steps.push(slots.slice(start, start + perStep));
  return {
    from,
    to,
    stepMs,
    tierMs: tier.slotMs,
    gaps: gapsOf(slots, tier, from, Math.min(to, current)),
    partial: partialOf(stored, slots, tier, from, Math.min(to, current)),
    unfinishedFrom: to > current && from <= request.now ? Math.max(from, Math.floor(settled / stepMs) * stepMs) : null,
    series: Object.fromEntries(metrics.map((metric) => [metric, steps.map(reader(metric))])),
  };
}

function reader(metric: string): (slots: readonly LaidSlot[]) => number | null {
  const counter = (COUNTER_METRICS as readonly string[]).indexOf(metric);
  if (counter >= 0) return (slots) => sumCounters(slots, counter);
  const [name = '', mode = 'max'] = metric.split(':');
  const gauge = (GAUGE_METRICS as readonly string[]).indexOf(name);
  if (gauge >= 0) return (slots) => readGauge(slots, gauge, mode);
  const [distribution, quantile = ''] = metric.split('.');
  const which = distribution === 'runMs' ? 'run' : 'wait';
  const q = Number(quantile.slice(1)) / 100;
  return (slots) => quantileOf(merged(slots, which), q);
}

/** Quantiles of one step share one merge. */
const mergedSteps = { run: new WeakMap<object, SketchBins>(), wait: new WeakMap<object, SketchBins>() };

function merged(slots: readonly LaidSlot[], which: 'run' | 'wait'): SketchBins {
  if (slots.length === 1) return slots[0]?.record?.[which] ?? NO_BINS;
  const known = mergedSteps[which].get(slots);
  if (known) return known;
  const bins = mergeBins(slots.flatMap(({ record }) => (record ? [record[which]] : [])));
  mergedSteps[which].set(slots, bins);
  return bins;
}

const UNTOLD: ReadonlySet<string> = new Set(Object.values(UNCOUNTED));

function sumCounters(slots: readonly LaidSlot[], index: number): number | null {
  let sum: number | null = null;
  for (const { record, isKnown } of slots) {
    const count = record?.counters[index] ?? 0;
    // Where the broker told no totals, none is not known.
    if (isKnown && (count > 0 || !UNTOLD.has(record?.reason ?? ''))) sum = (sum ?? 0) + count;
  }
  return sum;
}

function readGauge(slots: readonly LaidSlot[], index: number, mode: string): number | null {
  let max: number | null = null;
  let last: number | null = null;
  let averages = 0;
  let known = 0;
  for (const { gauges, samples } of slots) {
    const gauge = gauges?.[index];
    if (!gauge) continue;
    max = max === null ? gauge.max : Math.max(max, gauge.max);
    last = gauge.last;
    // Each slot counts the same: a quiet one is as long as one that was read every second.
    averages += gauge.sum / samples;
    known += 1;
  }
  if (mode === 'last') return last;
  if (mode === 'avg') return known === 0 ? null : Math.round((averages / known) * 100) / 100;
  return max;
}

function gapsOf(slots: readonly LaidSlot[], { slotMs }: Tier, from: number, to: number): [number, number][] {
  const gaps: [number, number][] = [];
  for (const [index, slot] of slots.entries()) {
    const at = from + index * slotMs;
    if (at >= to) break;
    if (slot.isKnown) continue;
    const last = gaps.at(-1);
    if (last && last[1] === at) last[1] = at + slotMs;
    else gaps.push([at, at + slotMs]);
  }
  return gaps;
}

function partialOf(
  stored: StoredRange<SeriesRecord>,
  slots: readonly LaidSlot[],
  { slotMs }: Tier,
  from: number,
  to: number,
): Series['partial'] {
  const partial: Series['partial'] = [];
  for (const [index, { record, isKnown }] of slots.entries()) {
    const at = from + index * slotMs;
    if (at >= to) break;
    if (!isKnown) continue;
    const marked = record && record.quality !== 'exact' ? record : null;
    const unseen = slotMs - (stored.presence.get(at) ?? 0);
    const reason =
      marked?.reason ?? (unseen > Math.min(MAX_UNSEEN_MS, slotMs / 6) ? unseenReason(unseen, slotMs) : null);
    if (reason === null) continue;
    const quality = marked?.quality ?? 'partial';
    const exact = COUNTER_METRICS.filter((_, bit) => marked && (marked.exact & (1 << bit)) !== 0);
    const last = partial.at(-1);
    const isOn = last?.to === at && last.reason === reason && last.quality === quality;
    if (last && isOn && last.exact?.join() === (exact.length > 0 ? exact.join() : undefined)) last.to = at + slotMs;
    else partial.push({ from: at, to: at + slotMs, quality, reason, ...(exact.length > 0 ? { exact } : {}) });
  }
  return partial;
}

const SLOT_WORDS: Readonly<Record<number, string>> = {
  10_000: 'these 10 s',
  60_000: 'this minute',
  600_000: 'these 10 minutes',
  3_600_000: 'this hour',
};

function unseenReason(ms: number, slotMs: number): string {
  return `The collector did not look for ${Math.max(1, Math.round(ms / 1000))} s of ${SLOT_WORDS[slotMs] ?? 'this interval'}.`;
}

import { GAUGE_METRICS } from '../domain/series';
import type { StoredRange } from './history-store';
import type { GaugeValue, SeriesRecord } from './record';
import { NO_BINS } from './sketch';
import { slotOf, type Tier } from './tiers';

/** What is known of one slot. */
export type LaidSlot = {
  record: SeriesRecord | null;
  /** `null` where nobody looked. */
  gauges: (GaugeValue | null)[] | null;
  samples: number;
  isKnown: boolean;
};

/**
 * One entry a slot of [from, to), both at slots' starts. Gauges that did not change are carried on within their chunk,
 * as they are stored. Slots after the one of `current` (ms) are not known yet.
 */
export function layOut(
  stored: StoredRange<SeriesRecord>,
  tier: Tier,
  from: number,
  to: number,
  current: number,
): LaidSlot[] {
  const records = new Map(stored.records.map(({ at, record }) => [at, record]));
  const result: LaidSlot[] = [];
  // Worked out only where a slot needs it.
  let carry: (() => (GaugeValue | null)[]) | null = null;
  for (let at = Math.floor(from / tier.chunkMs) * tier.chunkMs; at < to; at += tier.slotMs) {
    if (at % tier.chunkMs === 0) carry = null;
    const record = records.get(at) ?? null;
    const isPresent = (stored.presence.get(at) ?? 0) > 0;
    if (record && record.samples > 0) carry = carryOf(record);
    if (at < from) continue;
    const isBeforeFirst = stored.firstSeenAt === null || at + tier.slotMs <= stored.firstSeenAt;
    const isKnown = record !== null || (isPresent && !isBeforeFirst && at <= current);
    const gauges = record && record.samples > 0 ? record.gauges : isKnown && isPresent ? (carry?.() ?? ZEROS) : null;
    result.push({ record, gauges, samples: record && record.samples > 0 ? record.samples : 1, isKnown });
  }
  return result;
}

/** Gauges that stand where a record left them. */
function carryOf(record: SeriesRecord): () => (GaugeValue | null)[] {
  let gauges: (GaugeValue | null)[] | undefined;
  return () =>
    (gauges ??= record.gauges.map((gauge) => gauge && { max: gauge.last, last: gauge.last, sum: gauge.last }));
}

/** No record in a chunk in which the source was looked at: the queue was empty all along. */
const ZEROS: (GaugeValue | null)[] = GAUGE_METRICS.map((name) =>
  name === 'workers' ? null : { max: 0, last: 0, sum: 0 },
);

/** Readings that a slot stands for in which nothing changed, when it becomes part of a coarser one. */
const QUIET_SAMPLES = 12;

const NO_GAUGES: (GaugeValue | null)[] = GAUGE_METRICS.map(() => null);
const QUIET: SeriesRecord = {
  quality: 'exact',
  reason: '',
  exact: 0,
  counters: [],
  samples: 0,
  gauges: NO_GAUGES,
  run: NO_BINS,
  wait: NO_BINS,
};

/** Slots as records, one a known slot: what was carried on is said again. */
export function asRecords(slots: readonly LaidSlot[]): SeriesRecord[] {
  return slots.flatMap(({ record, gauges, isKnown }) => {
    if (!isKnown) return [];
    if (record && record.samples > 0) return [record];
    const carried = gauges?.map((gauge) => gauge && { ...gauge, sum: gauge.last * QUIET_SAMPLES });
    const { quality, reason, exact, counters, run, wait } = record ?? QUIET;
    const samples = carried ? QUIET_SAMPLES : 0;
    return [{ quality, reason, exact, counters, samples, gauges: carried ?? NO_GAUGES, run, wait }];
  });
}

/** How long a source was looked at, in slots of a coarser tier. */
export function coarserPresence(presence: ReadonlyMap<number, number>, tier: Tier): Map<number, number> {
  const result = new Map<number, number>();
  for (const [at, ms] of presence) result.set(slotOf(tier, at), (result.get(slotOf(tier, at)) ?? 0) + ms);
  return result;
}

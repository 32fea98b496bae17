import type { Redis } from '../redis/connection';
import { readRange, type StoredRange } from './history-store';
import { asRecords, coarserPresence, layOut } from './lay-out';
import { pickTier } from './pick-tier';
import type { SeriesRecord } from './record';
import { rollUp } from './roll-up';
import { HOUR_MS, MINUTE_MS, slotOf, type Tier } from './tiers';

export type SeriesQuestion = {
  source: string;
  queueKey: string;
  from: number;
  to: number;
  /** ms, `undefined`: picked for the range. */
  step: number | undefined;
  now: number;
};

/**
 * Records for a range, from the tier that suits it. What was kept before there were tiers (minutes only) is read from
 * the minutes.
 */
export async function readSeries(
  store: Redis,
  tiers: readonly Tier[],
  { source, queueKey, from, to, step, now }: SeriesQuestion,
): Promise<{ tier: Tier; stepMs: number; stored: StoredRange<SeriesRecord> }> {
  const { tier, stepMs } = pickTier(tiers, { from, to, step, now });
  const stored = await readRange<SeriesRecord>(store, tier, source, queueKey, from - (from % stepMs), to + stepMs);
  const minutes = tiers.find(({ slotMs }) => slotMs === MINUTE_MS);
  if (!minutes || tier === minutes) return { tier, stepMs, stored };
  const oldest = Math.max(from - (from % stepMs), now - minutes.retentionMs - HOUR_MS);
  const newest = Math.min(to, now);
  const begins = Math.min(newest, ...stored.presence.keys());
  if (begins - oldest <= Math.max(MINUTE_MS, tier.slotMs)) return { tier, stepMs, stored };
  const before = await readRange<SeriesRecord>(store, minutes, source, queueKey, oldest, begins);
  if (![...before.presence.keys()].some((at) => at < begins - MINUTE_MS)) return { tier, stepMs, stored };
  if (tier.slotMs < MINUTE_MS) {
    const coarse = Math.max(MINUTE_MS, stepMs - (stepMs % MINUTE_MS));
    const all = await readRange<SeriesRecord>(store, minutes, source, queueKey, from - (from % coarse), to + coarse);
    return { tier: minutes, stepMs: coarse, stored: all };
  }
  return { tier, stepMs, stored: joinBefore(stored, before, minutes, tier, begins) };
}

/** Puts minutes before what a coarser tier holds; a slot that both have is the tier's. */
function joinBefore(
  stored: StoredRange<SeriesRecord>,
  before: StoredRange<SeriesRecord>,
  minutes: Tier,
  tier: Tier,
  begins: number,
): StoredRange<SeriesRecord> {
  const oldest = slotOf(tier, Math.min(begins, ...before.presence.keys(), ...before.records.map(({ at }) => at)));
  const records = [];
  for (let at = oldest; at < slotOf(tier, begins); at += tier.slotMs) {
    const parts = asRecords(layOut(before, minutes, at, at + tier.slotMs, begins));
    if (parts.length > 0) records.push({ at, record: rollUp(parts) });
  }
  const presence = coarserPresence(before.presence, tier);
  return {
    records: [...records, ...stored.records],
    presence: new Map([...presence, ...stored.presence]),
    firstSeenAt: stored.firstSeenAt,
  };
}

import { COUNTER_METRICS, GAUGE_METRICS } from '../../lib/domain/series';
import { SERIES_CODEC } from '../../lib/history/codecs';
import { presenceCommands, recordCommands } from '../../lib/history/history-store';
import type { SeriesRecord } from '../../lib/history/record';
import { BinCounts, binOf } from '../../lib/history/sketch';
import { DAY_MS, DEFAULT_TIERS, HOUR_MS, slotOf } from '../../lib/history/tiers';
import type { Redis } from '../../lib/redis/connection';
import { keys } from '../../lib/store/keys';
import { batches, type Command } from '../../lib/store/lease';

/** One hour of a queue's past. `backlog`: the highest of it. */
export type Hour = { arrived: number; failed?: number; runMs?: number; backlog?: number; workers?: number };
/** `isBatch`: what comes in a minute comes in its first seconds. */
type Past = { source: string; queueKey: string; days: number; hour: (at: number) => Hour; isBatch: boolean };

/** Minutes and tens of seconds are written this far back, from the hours. */
const FINE_REACH_MS = 3 * HOUR_MS;

/** Writes the past of a queue through the store's own writer, in all tiers as far as they reach. */
export async function seedHistory(store: Redis, { source, queueKey, days, hour, isBatch }: Past): Promise<void> {
  const now = Date.now();
  await store.hset(keys.firstSeen, queueKey, now - days * DAY_MS);
  for (const tier of DEFAULT_TIERS.series) {
    const groups: Command[][] = [];
    const reach = tier.slotMs >= HOUR_MS ? days * DAY_MS : FINE_REACH_MS;
    for (let at = slotOf(tier, now - reach); at + tier.slotMs <= now; at += tier.slotMs)
      groups.push([
        ...recordCommands(
          { tier, queueKey, at },
          toRecord(
            hour(at),
            tier.slotMs,
            !isBatch ? 1 : tier.slotMs >= 60_000 ? 1 : at % 60_000 === 0 ? 60_000 / tier.slotMs : 0,
          ),
          SERIES_CODEC,
        ),
        ...presenceCommands(tier, source, at, tier.slotMs),
      ]);
    for (const batch of batches(groups)) {
      const steps = store.pipeline();
      for (const [command, ...words] of batch) steps.call(command, ...words);
      for (const [error] of (await steps.exec()) ?? []) if (error) throw error;
    }
  }
}

function toRecord(
  { arrived, failed = 0, runMs = 20, backlog = 0, workers = 1 }: Hour,
  slotMs: number,
  weight: number,
): SeriesRecord {
  const share = (weight * slotMs) / HOUR_MS;
  const count = Math.round(arrived * share);
  const lost = Math.round(failed * share);
  const counters: Record<string, number> = { arrived: count, started: count, completed: count - lost, failed: lost };
  const samples = slotMs / 1000;
  const levels: Record<string, number> = { 'depth.waiting': backlog, 'depth.backlog': backlog, workers };
  const run = new BinCounts();
  for (let n = 0; n < Math.min(count, 50); n += 1)
    run.add(binOf(runMs * (0.8 + 0.4 * Math.random())), Math.ceil(count / 50));
  return {
    quality: 'exact',
    reason: '',
    exact: 0,
    counters: COUNTER_METRICS.map((name) => counters[name] ?? 0),
    samples,
    gauges: GAUGE_METRICS.map((name) => {
      const level = levels[name] ?? 0;
      return { max: level, last: level, sum: level * samples };
    }),
    run: run.toBins(),
    wait: run.toBins(),
  };
}

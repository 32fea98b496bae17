import { ChunkCloser } from '../../lib/history/chunk-closer';
import { NAMES_CODEC, SERIES_CODEC } from '../../lib/history/codecs';
import { presenceCommands, recordCommands } from '../../lib/history/history-store';
import { COUNTER_METRICS, GAUGE_METRICS } from '../../lib/domain/series';
import { DAY_MS, DEFAULT_TIERS, HOUR_MS, slotOf, type Tier } from '../../lib/history/tiers';
import type { SeriesRecord } from '../../lib/history/record';
import { BinCounts, binOf } from '../../lib/history/sketch';
import type { Redis } from '../../lib/redis/connection';
import { keys } from '../../lib/store/keys';
import { batches, type Command } from '../../lib/store/lease';
import { aNamesRecord, aRandom } from '../../lib/testing/a-history';

export type Filling = {
  source: string;
  queueKey: string;
  /** ms; the history ends here. */
  until: number;
  days: number;
  /** Jobs a second at noon of a working day. */
  perSecond: number;
};

const GAUGES = new Map(GAUGE_METRICS.map((name, index) => [name as string, index]));
/** Hours before the end in which nobody looked. */
const GAP_HOURS = { from: 9 * 24 + 4, to: 9 * 24 - 3 };

/**
 * Writes weeks of a queue that lives by day and week through the store's own writer: quiet nights and weekends, runs of
 * two kinds, a night in which nobody looked, an afternoon of failures and stalls, and a backlog that was worked off.
 */
export async function fillHistory(store: Redis, { source, queueKey, until, days, perSecond }: Filling): Promise<void> {
  // Not under the lease: a collector may be at work, on other queues.
  const write = async (commands: Command[]) => {
    const steps = store.pipeline();
    for (const [command, ...words] of commands) steps.call(command, ...words);
    for (const [error] of (await steps.exec()) ?? []) if (error) throw error;
  };
  const random = aRandom(7);
  await store.hset(keys.firstSeen, queueKey, until - days * DAY_MS);
  const reach = (tier: Tier) => Math.min(days * DAY_MS, tier.retentionMs);
  const isGap = (at: number) => at >= until - GAP_HOURS.from * HOUR_MS && at < until - GAP_HOURS.to * HOUR_MS;
  for (const tier of DEFAULT_TIERS.series) {
    const groups: Command[][] = [];
    for (let at = slotOf(tier, until - reach(tier)); at < until; at += tier.slotMs) {
      if (isGap(at)) continue;
      groups.push([
        ...recordCommands({ tier, queueKey, at }, slotAt(random, tier, at, until, perSecond), SERIES_CODEC),
        ...presenceCommands(tier, source, at, tier.slotMs),
      ]);
    }
    for (const batch of batches(groups)) await write(batch);
  }
  for (const tier of DEFAULT_TIERS.names) {
    const groups: Command[][] = [];
    for (let at = slotOf(tier, until - reach(tier)); at < until; at += tier.slotMs) {
      const pace = paceAt(at) * perSecond;
      if (!isGap(at) && pace > 0)
        groups.push(recordCommands({ tier, queueKey, at }, aNamesRecord(random, tier, 6, pace), NAMES_CODEC));
    }
    for (const batch of batches(groups)) await write(batch);
  }
  await new ChunkCloser(store, DEFAULT_TIERS).run(until, 120_000, write);
}

/** Share of the pace of a busy noon. */
function paceAt(at: number): number {
  const day = new Date(at).getUTCDay();
  const hour = (at % DAY_MS) / HOUR_MS;
  const daily = 0.15 + 0.85 * Math.max(0, Math.sin(((hour - 5) / 14) * Math.PI));
  return daily * (day === 0 || day === 6 ? 0.3 : 1);
}

function slotAt(
  random: ReturnType<typeof aRandom>,
  tier: Tier,
  at: number,
  until: number,
  perSecond: number,
): SeriesRecord {
  const ago = (until - at) / HOUR_MS;
  const isBad = ago > 5 * 24 && ago < 5 * 24 + 4;
  const isBehind = ago > 3 * 24 && ago < 3 * 24 + 8;
  const finished = Math.max(0, Math.round(paceAt(at) * perSecond * (tier.slotMs / 1000) * (0.9 + 0.2 * random.next())));
  const failed = Math.round(finished * (isBad ? 0.35 : 0.004));
  const counters: Record<string, number> = {
    arrived: Math.round(finished * (isBehind && ago > 3 * 24 + 4 ? 1.6 : 1)),
    started: finished,
    completed: finished - failed,
    failed,
    failedAttempts: Math.round(finished * 0.01),
    stalled: isBad ? Math.round(finished * 0.01) : 0,
    delayed: Math.round(finished * 0.05),
  };
  const samples = tier.slotMs / 1000;
  const backlog = Math.round(
    isBehind ? 4_000 * (1 - Math.abs(ago - 3 * 24 - 4) / 4) : 2 + 30 * paceAt(at) * random.next(),
  );
  const levels: Record<string, number> = {
    'depth.waiting': backlog,
    'depth.backlog': backlog,
    'depth.active': Math.round(8 * paceAt(at)),
    'depth.delayed': Math.round(40 * paceAt(at)),
    'depth.completed': 1_000,
    'depth.failed': 120,
    oldestWaitingMs: Math.round(backlog * 180),
    workers: ago > 12 * 24 ? 3 : 4,
  };
  const gauges: SeriesRecord['gauges'] = GAUGE_METRICS.map(() => ({ max: 0, last: 0, sum: 0 }));
  for (const [name, value] of Object.entries(levels))
    gauges[GAUGES.get(name) ?? 0] = { max: Math.round(value * 1.2), last: value, sum: value * samples };
  return {
    quality: ago > 7 * 24 && ago < 7 * 24 + 2 ? 'partial' : 'exact',
    reason: ago > 7 * 24 && ago < 7 * 24 + 2 ? 'The event stream was trimmed before it could be read.' : '',
    exact: 0,
    counters: COUNTER_METRICS.map((name) => counters[name] ?? 0),
    samples,
    gauges,
    run: twoHumps(random, finished, isBad ? 900 : 120, 6_000),
    wait: twoHumps(random, finished, isBehind ? 60_000 : 40, isBehind ? 400_000 : 900),
  };
}

/** Four in five take about `short` ms, the others about `long`. */
function twoHumps(random: ReturnType<typeof aRandom>, count: number, short: number, long: number) {
  const bins = new BinCounts();
  const drawn = Math.min(count, 400);
  for (let n = 0; n < drawn; n += 1) {
    const typical = n % 5 === 4 ? long : short;
    const share = Math.floor(count / drawn) + (n < count % drawn ? 1 : 0);
    bins.add(binOf(typical * Math.exp(0.25 * random.normal())), share);
  }
  return bins.toBins();
}

import { COUNTER_METRICS, GAUGE_METRICS } from '../domain/series';
import { NAME_COUNTERS, type NamesRecord } from '../history/names';
import type { SeriesRecord } from '../history/record';
import { BinCounts, binOf, upperBoundOf } from '../history/sketch';
import { DAY_MS, type Tier } from '../history/tiers';

/** The same numbers in every run. */
export function aRandom(seed: number): { next(): number; normal(): number; whole(below: number): number } {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return {
    next,
    normal: () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next()),
    whole: (below) => Math.floor(next() * below),
  };
}

type Random = ReturnType<typeof aRandom>;

/** Durations as queues have them: log-normal around `typicalMs`, each bin with the noise of its own count. */
function durations(random: Random, count: number, typicalMs: number, spread: number) {
  const counts = new BinCounts();
  const [low, high] = [-4, 4].map((z) => binOf(typicalMs * Math.exp(spread * z)) as number) as [number, number];
  const density = (bin: number) => Math.exp(-0.5 * ((Math.log(upperBoundOf(bin)) - Math.log(typicalMs)) / spread) ** 2);
  let all = 0;
  for (let bin = low; bin <= high; bin += 1) all += density(bin);
  for (let bin = low; bin <= high; bin += 1) {
    const mean = (count * density(bin)) / all;
    const drawn = mean < 10 ? poisson(random, mean) : Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
    if (drawn > 0) counts.add(bin, drawn);
  }
  return counts.toBins();
}

function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let product = random.next();
  let count = 0;
  for (; product > limit; count += 1) product *= random.next();
  return count;
}

/** A slot of a queue that works day and night, `perSecond` jobs at noon and less at night. */
export function aBusyRecord(
  random: Random,
  tier: Tier,
  at: number,
  perSecond: number,
  spread = { run: 0.5, wait: 0.8 },
): SeriesRecord {
  const day = 1 + 0.3 * Math.sin((at / DAY_MS) * 2 * Math.PI);
  const mean = (perSecond * day * tier.slotMs) / 1000;
  const finished = Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const samples = tier.slotMs / 1000;
  const gauge = (level: number) => {
    const max = Math.round(level * (1.3 + 0.3 * random.next()));
    return {
      max,
      last: Math.min(max, Math.round(level * (0.7 + 0.5 * random.next()))),
      sum: Math.round(level * (0.9 + 0.2 * random.next()) * samples),
    };
  };
  const still = (value: number) => ({ max: value, last: value, sum: value * samples });
  const waiting = gauge(40 * day);
  const gauges: Record<string, ReturnType<typeof gauge>> = {
    'depth.waiting': waiting,
    'depth.backlog': waiting,
    'depth.active': gauge(8 * day),
    'depth.completed': still(1_000),
    'depth.failed': still(Math.floor(at / (5 * 60_000)) % 5_000),
    oldestWaitingMs: gauge(900 * day),
    workers: still(4),
  };
  const counters: Record<string, number> = {
    arrived: Math.max(0, finished + Math.round(random.normal() * 2)),
    started: finished,
    completed: Math.floor(finished * 0.99),
    failed: Math.floor(finished * 0.002),
    failedAttempts: Math.floor(finished * 0.008),
  };
  return {
    quality: 'exact',
    reason: '',
    exact: 0,
    counters: COUNTER_METRICS.map((name) => counters[name] ?? 0),
    samples,
    gauges: GAUGE_METRICS.map((name) => gauges[name] ?? still(0)),
    run: durations(random, finished, 180, spread.run),
    wait: durations(random, finished, 60, spread.wait),
  };
}

/** A slot of a queue with `names` job names, the first ones much heavier than the last. */
export function aNamesRecord(random: Random, tier: Tier, names: number, perSecond: number): NamesRecord {
  const entry = (count: number, typicalMs: number) => ({
    counters: NAME_COUNTERS.map((_, index) => (index < 2 ? count : Math.floor(count / 100))),
    totalRunMs: count * typicalMs,
    run: durations(random, count, typicalMs, 0.4),
  });
  const total = (perSecond * tier.slotMs) / 1000;
  const harmonic = Array.from({ length: names }, (_, n) => 1 / (n + 1)).reduce((sum, part) => sum + part, 0);
  const result: [string, ReturnType<typeof entry>][] = [];
  for (let n = 0; n < names; n += 1) {
    const mean = total / (n + 1) / harmonic;
    const count = Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
    if (count > 0) result.push([`send-mail-of-kind-${n}`, entry(count, 50 + 40 * n)]);
  }
  return { names: new Map(result), other: entry(0, 1), unattributed: entry(0, 1) };
}

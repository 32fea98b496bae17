import type { Redis } from 'ioredis';
import { SERIES_CODEC } from '../../lib/history/codecs';
import { ChunkCloser } from '../../lib/history/chunk-closer';
import { presenceCommands, recordCommands } from '../../lib/history/history-store';
import { readSeries } from '../../lib/history/read-series';
import { toSeries } from '../../lib/history/series';
import { chunksOf, DAY_MS, DEFAULT_TIERS, HOUR_MS, slotOf, type Tier } from '../../lib/history/tiers';
import { keys } from '../../lib/store/keys';
import { batches, Lease, type Command } from '../../lib/store/lease';
import { aBusyRecord, aRandom } from '../../lib/testing/a-history';
import { median } from './meter';

const QUEUE = 'WyJtYWluIiwiYnVsbCIsImJlbmNoIl0';
const ROUNDS = 30;
/** What the charts of a queue ask for. */
const CHARTED = [
  'arrived',
  'completed',
  'failed',
  'depth.backlog',
  'depth.active',
  'runMs.p50',
  'runMs.p95',
  'runMs.p99',
];

/**
 * A range of thirty days of one always-busy queue: what the chart asks for by itself, and every ten minutes of it.
 * The floor is the bare read of the same keys. @returns rows of a table, ms of CPU each
 */
export async function benchHistory(store: Redis): Promise<string[][]> {
  const now = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const from = now - 29.9 * DAY_MS;
  await fill(store, now);
  const rows = [['30 days of one queue, eight metrics', 'floor CPU ms', 'ours CPU ms', 'ratio']];
  for (const [label, step] of [
    ['step picked', undefined],
    ['every 10 minutes', 10 * 60_000],
  ] as const) {
    const question = { source: 'main', queueKey: QUEUE, from, to: now, step, now };
    const floors: number[] = [];
    const ours: number[] = [];
    const { tier } = await readSeries(store, DEFAULT_TIERS.series, question);
    for (let round = 0; round < ROUNDS; round += 1) {
      floors.push(await timed(() => bareReads(store, tier, from, now)));
      ours.push(
        await timed(async () => {
          const { stepMs, stored } = await readSeries(store, DEFAULT_TIERS.series, question);
          JSON.stringify(toSeries(stored, { tier, from, to: now, stepMs, metrics: CHARTED, now }));
        }),
      );
    }
    const [floor, own] = [median(floors), median(ours)];
    rows.push([`${label} (${tier.name})`, floor.toFixed(1), own.toFixed(1), `${(own / floor).toFixed(1)} ×`]);
  }
  return rows;
}

async function fill(store: Redis, now: number): Promise<void> {
  const lease = new Lease(store);
  const write = async (commands: Command[]) => {
    await lease.hold();
    await lease.write(commands);
  };
  const random = aRandom(1);
  await store.hset(keys.firstSeen, QUEUE, 0);
  for (const tier of DEFAULT_TIERS.series.slice(2)) {
    const groups: Command[][] = [];
    for (let at = slotOf(tier, now - 31 * DAY_MS); at < now; at += tier.slotMs)
      groups.push([
        ...recordCommands({ tier, queueKey: QUEUE, at }, aBusyRecord(random, tier, at, 10), SERIES_CODEC),
        ...presenceCommands(tier, 'main', at, tier.slotMs),
      ]);
    for (const batch of batches(groups)) await write(batch);
  }
  await new ChunkCloser(store, DEFAULT_TIERS).run(now, 60_000, write);
  await lease.release();
}

async function bareReads(store: Redis, tier: Tier, from: number, to: number): Promise<void> {
  const pipeline = store.pipeline();
  for (const chunk of chunksOf(tier, from, to)) {
    pipeline.getBuffer(keys.closedChunk(tier.name, QUEUE, chunk));
    pipeline.hgetallBuffer(keys.openChunk(tier.name, QUEUE, chunk));
    pipeline.hgetall(keys.presence(tier.name, 'main', chunk));
  }
  await pipeline.exec();
}

/** CPU of this process, since the wall clock tells of a busy machine what others do on it. */
async function timed(work: () => Promise<void>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

import { Redis } from 'ioredis';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { COUNTER_METRICS } from '../domain/series';
import type { QueueTotals } from '../domain/totals';
import { readRange } from '../history/history-store';
import type { SeriesRecord } from '../history/record';
import { DEFAULT_TIERS, HOUR_MS } from '../history/tiers';
import { batches, Lease } from '../store/lease';
import { databaseUrl, silentLog } from '../testing/looker';
import { seeded } from '../testing/random-lives';
import { HEARD_KEY, STREAM_KEY, ToldBroker, ToldWatch } from '../testing/told-source';
import { SourceRunner } from './source-runner';

const redis = new Redis(databaseUrl(13));
/** Within what the finest tier holds; takeovers fall around the turn of an hour. */
const START = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 60_000;
const METRICS = ['arrived', 'completed', 'failed'] as const;

beforeEach(async () => {
  await redis.flushdb();
});
afterAll(() => redis.disconnect());

type Sum = { counts: number[]; isMarked: boolean };

async function sumsOf(key: string): Promise<Sum[]> {
  return Promise.all(
    DEFAULT_TIERS.series.map(async (tier) => {
      const { records } = await readRange<SeriesRecord>(redis, tier, 'test', key, START - HOUR_MS, START + 2 * HOUR_MS);
      const counts = METRICS.map((metric) => {
        const index = COUNTER_METRICS.indexOf(metric);
        return records.reduce((sum, { record }) => sum + (record.counters[index] ?? 0), 0);
      });
      return { counts, isMarked: records.some(({ record }) => record.quality !== 'exact') };
    }),
  );
}

/** Collectors of which one writes, until it loses its right or dies in the middle of writing, and another goes on. */
async function live(seed: number, knowsOthers: boolean) {
  const random = seeded(seed);
  const whole = (below: number) => Math.floor(random() * below);
  const broker = new ToldBroker();
  let now = START;
  const newRunner = () =>
    new SourceRunner(new ToldWatch(broker, () => now, whole(400) - 200, knowsOthers), redis, silentLog);
  const lease = new Lease(redis);
  await lease.hold();
  const write = async (runner: SourceRunner, isCutOff: boolean) => {
    await runner.news.prepare();
    const { groups, settle } = runner.news.unwritten();
    const all = batches(groups, 60);
    const written = isCutOff ? whole(all.length + 1) : all.length;
    await lease.hold();
    for (const batch of all.slice(0, written)) await lease.write(batch);
    if (!isCutOff) settle();
  };
  let writer = newRunner();
  writer.takeOver();
  await writer.look();
  await write(writer, false);
  let others = [newRunner(), newRunner()];
  const truth = { stream: [0, 0, 0], heard: [0, 0, 0] };
  let takeovers = 0;
  const end = START + 180_000;
  const step = async () => {
    now += 300 + whole(900);
    for (const queue of ['stream', 'heard'] as const)
      for (let n = now < end ? whole(4) : 0; n > 0; n -= 1) {
        const [which, type] =
          (
            [
              [0, 'added'],
              [1, 'completed'],
              [2, 'failed'],
            ] as const
          )[whole(3)] ?? ([0, 'added'] as const);
        broker.happens(queue, type, now - whole(250));
        truth[queue][which] = (truth[queue][which] ?? 0) + 1;
      }
    for (const runner of [writer, ...others]) if (random() < 0.8) await runner.look();
  };
  while (now < end) {
    await step();
    if (random() < 0.3) await write(writer, false);
    if (random() > 0.08) continue;
    takeovers += 1;
    if (random() < 0.5) await write(writer, true);
    // It may find out late, and goes on looking meanwhile.
    writer.standBy();
    const next = others.shift() as SourceRunner;
    const gone = random();
    if (gone < 0.4) others.push(newRunner());
    else if (gone < 0.5) others = [newRunner(), newRunner()];
    else others.push(writer);
    for (let n = whole(4); n > 0; n -= 1)
      for (const runner of [next, ...others]) if (random() < 0.8) await runner.look();
    writer = next;
    writer.takeOver();
    await step();
    await writer.look();
  }
  for (let n = 0; n < 20; n += 1) await step();
  await writer.look();
  await write(writer, false);
  await lease.release();
  return { truth, takeovers };
}

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  'whoever goes on from whom, and wherever it stopped: each event is counted once, in every tier (%i)',
  async (seed) => {
    const { truth, takeovers } = await live(seed, true);
    expect(takeovers).toBeGreaterThan(5);
    const streamed = await sumsOf(STREAM_KEY);
    expect(streamed).toEqual(streamed.map(() => ({ counts: truth.stream, isMarked: false })));
    const heard = await sumsOf(HEARD_KEY);
    expect(new Set(heard.map(({ counts }) => counts.join())).size).toBe(1);
    if (!heard[0]?.isMarked) expect(heard[0]?.counts).toEqual(truth.heard);
    const totals = await redis.hmget('tailback:totals:test', STREAM_KEY, HEARD_KEY);
    for (const [index, text] of totals.entries()) {
      const { counters } = JSON.parse(text ?? '{}') as QueueTotals;
      expect(METRICS.map((metric) => counters[COUNTER_METRICS.indexOf(metric)])).toEqual(
        (index === 0 ? streamed : heard)[0]?.counts,
      );
    }
  },
);

test.each([11, 12, 13])(
  'who cannot tell what another heard marks that moment, and the tiers agree all the same (%i)',
  async (seed) => {
    const { truth } = await live(seed, false);
    const heard = await sumsOf(HEARD_KEY);
    expect(new Set(heard.map(({ counts }) => counts.join())).size).toBe(1);
    if (!heard[0]?.isMarked) expect(heard[0]?.counts).toEqual(truth.heard);
  },
);

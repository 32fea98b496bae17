import { Redis } from 'ioredis';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { QueueFigures } from '../collect/queue-figures';
import type { JobEvent, QueueReading } from '../sources/source';
import { keys } from '../store/keys';
import { batches, Lease, type Command } from '../store/lease';
import { databaseUrl } from '../testing/looker';
import { aBusyRecord, aNamesRecord, aRandom } from '../testing/a-history';
import { aQueue } from '../testing/a-queue';
import { BacklogTrends } from './backlog-trends';
import { ChunkCloser } from './chunk-closer';
import { NAMES_CODEC, SERIES_CODEC } from './codecs';
import { presenceCommands, readRange, readSlots, recordCommands } from './history-store';
import type { NamesRecord } from './names';
import { readSeries } from './read-series';
import type { SeriesRecord } from './record';
import { rollUp } from './roll-up';
import { toSeries } from './series';
import { countOf, NO_BINS, pairsOf } from './sketch';
import { DAY_MS, DEFAULT_TIERS, HOUR_MS, MINUTE_MS, type Tier } from './tiers';

const redis = new Redis(databaseUrl(8));
const lease = new Lease(redis);
const QUEUE = 'WyJtYWluIiwiYnVsbCIsIm1haWxzIl0';
const [TEN, MINUTE, , HOUR] = DEFAULT_TIERS.series as [Tier, Tier, Tier, Tier];
/** Keys end by the clock of the test's Redis. */
const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;

beforeEach(async () => {
  await redis.flushdb();
  await lease.hold();
});
afterAll(async () => {
  await lease.release();
  redis.disconnect();
});

async function write(commands: Command[]): Promise<void> {
  await lease.hold();
  await lease.write(commands);
}

async function closeAll(now: number): Promise<number> {
  return new ChunkCloser(redis, DEFAULT_TIERS).run(now, 60_000, write);
}

const range = (tier: Tier, from: number, to: number) => readRange<SeriesRecord>(redis, tier, 'main', QUEUE, from, to);

function aReading(at: number, waiting: number): QueueReading {
  return {
    id: { source: 'main', namespace: 'bull', name: 'mails' },
    kind: 'bullmq',
    version: null,
    readOnlyReason: null,
    at,
    counts: { waiting, active: 0, delayed: 0, prioritized: 0, waitingChildren: 0, paused: 0, completed: 0, failed: 0 },
    isPaused: false,
    oldestWaitingMs: null,
    oldestWaitingIsAtLeast: false,
    workers: 1,
  };
}

/** What a collector does with a queue's events, without its source. */
class Writing {
  private figures: QueueFigures;
  constructor(startedAt: number) {
    this.figures = new QueueFigures(startedAt);
  }

  async take(events: JobEvent[], reading: QueueReading): Promise<void> {
    const wanted = this.figures.wanted(events, [], reading.at);
    const refs = wanted.series.map((slot) => ({ ...slot, queueKey: QUEUE }));
    for (const [index, record] of (await readSlots(redis, refs, SERIES_CODEC)).entries()) {
      const slot = wanted.series[index];
      if (record && slot) this.figures.load(slot.tier, slot.at, record);
    }
    const names = wanted.names.map((slot) => ({ ...slot, queueKey: QUEUE }));
    for (const [index, record] of (await readSlots(redis, names, NAMES_CODEC)).entries()) {
      const slot = wanted.names[index];
      if (record && slot) this.figures.loadNames(slot.tier, slot.at, record);
    }
    this.figures.observe(reading, reading.counts.waiting);
    this.figures.take(events);
  }

  async flush(): Promise<void> {
    const unwritten = this.figures.unwritten();
    const groups = [
      ...unwritten.series.map(({ tier, at, record }) =>
        recordCommands({ tier, at, queueKey: QUEUE }, record, SERIES_CODEC),
      ),
      ...unwritten.names.map(({ tier, at, record }) =>
        recordCommands({ tier, at, queueKey: QUEUE }, record, NAMES_CODEC),
      ),
    ];
    for (const batch of batches(groups)) await write(batch);
    this.figures.settle(unwritten);
  }
}

describe('one truth in every tier', () => {
  test.each([1, 2, 3])(
    'random events, restarts, clock jumps and closed chunks give the same totals in all of them (%i)',
    async (seed) => {
      const random = aRandom(seed);
      // All within what the finest tier still holds.
      let now = NOW - 2 * HOUR_MS;
      let writing = new Writing(now);
      const truth = { completed: 0, arrived: 0, runs: 0, peak: 0 };
      let [first, last] = [Infinity, -Infinity];
      for (let round = 0; round < 150; round += 1) {
        now += random.whole(60_000);
        // Back by some minutes now and then, and on again later.
        const at = random.next() < 0.1 ? now - random.whole(280_000) : now;
        const events: JobEvent[] = [];
        for (let n = random.whole(20); n > 0; n -= 1) {
          const when = at - random.whole(3_000);
          if (random.next() < 0.5) events.push({ at: when, type: 'arrived', count: 2, name: 'a' });
          else events.push({ at: when, type: 'completed', runMs: random.whole(5_000), name: n % 2 ? 'a' : 'b' });
        }
        events.sort((a, b) => a.at - b.at);
        const waiting = random.whole(100);
        await writing.take(events, aReading(at, waiting));
        for (const event of events) {
          [first, last] = [Math.min(first, event.at), Math.max(last, event.at)];
          if (event.type === 'arrived') truth.arrived += event.count;
          else truth.completed += 1;
        }
        truth.peak = Math.max(truth.peak, waiting);
        await writing.flush();
        if (random.next() < 0.1) writing = new Writing(at);
        if (random.next() < 0.2) await closeAll(now);
      }
      await closeAll(now + 10 * DAY_MS);
      for (const tier of DEFAULT_TIERS.series) {
        const { records } = await range(tier, first - HOUR_MS, last + HOUR_MS);
        const sum = rollUp(records.map(({ record }) => record));
        expect([tier.name, sum.counters[0], sum.counters[2], countOf(sum.run), sum.gauges[0]?.max]).toEqual([
          tier.name,
          truth.arrived,
          truth.completed,
          truth.completed,
          truth.peak,
        ]);
      }
      for (const tier of DEFAULT_TIERS.names) {
        const { records } = await readRange<NamesRecord>(redis, tier, 'main', QUEUE, first - HOUR_MS, last + HOUR_MS);
        const named = records.flatMap(({ record }) => [...record.names.values()]);
        expect(named.reduce((sum, { counters }) => sum + (counters[1] ?? 0), 0)).toBe(truth.completed);
      }
    },
  );

  test('a coarse record is what its fine ones make together', async () => {
    const random = aRandom(9);
    const writing = new Writing(NOW - 3 * HOUR_MS);
    for (let at = NOW - 2 * HOUR_MS; at < NOW - HOUR_MS; at += 1_000) {
      const events: JobEvent[] = random.next() < 0.3 ? [{ at, type: 'completed', runMs: random.whole(900) }] : [];
      await writing.take(events, aReading(at, random.whole(50)));
      if (at % 5_000 === 0) await writing.flush();
    }
    await writing.flush();
    const fine = (await range(TEN, NOW - 2 * HOUR_MS, NOW - HOUR_MS)).records;
    const coarse = (await range(HOUR, NOW - 2 * HOUR_MS, NOW - HOUR_MS)).records;
    const hour = coarse.find(({ at }) => at === NOW - 2 * HOUR_MS)?.record;
    expect(hour).toEqual(
      rollUp(fine.filter(({ at }) => at >= NOW - 2 * HOUR_MS && at < NOW - HOUR_MS).map(({ record }) => record)),
    );
  });
});

describe('closing a chunk', () => {
  const start = NOW - 4 * HOUR_MS;
  async function fill(): Promise<SeriesRecord[]> {
    const random = aRandom(5);
    const records = Array.from({ length: 60 }, (_, n) => aBusyRecord(random, MINUTE, start + n * MINUTE_MS, 1));
    for (const [n, record] of records.entries())
      await write(recordCommands({ tier: MINUTE, queueKey: QUEUE, at: start + n * MINUTE_MS }, record, SERIES_CODEC));
    return records;
  }
  const chunk = start / HOUR_MS;

  test('leaves one packed key that ends in time, and the same figures', async () => {
    const written = await fill();
    expect(await closeAll(NOW)).toBe(1);
    expect(await redis.keys('tailback:[hc]*')).toEqual([keys.closedChunk('1m', QUEUE, chunk)]);
    expect(await redis.zcard(keys.openChunks)).toBe(0);
    const ttl = await redis.pttl(keys.closedChunk('1m', QUEUE, chunk));
    expect(ttl).toBeGreaterThan(2.8 * DAY_MS);
    expect(ttl).toBeLessThan(3.2 * DAY_MS);
    const { records } = await range(MINUTE, start, start + HOUR_MS);
    expect(records).toHaveLength(60);
    for (const [n, { record }] of records.entries()) {
      expect(record.counters).toEqual(written[n]?.counters);
      expect(record.gauges.map((gauge) => gauge && [gauge.max, gauge.last])).toEqual(
        written[n]?.gauges.map((gauge) => gauge && [gauge.max, gauge.last]),
      );
      expect(pairsOf(record.run)).toEqual(pairsOf(written[n]?.run ?? NO_BINS));
    }
  });

  test('that is cut between packing and deleting counts nothing twice', async () => {
    await fill();
    const open = keys.openChunk('1m', QUEUE, chunk);
    const left = await redis.dumpBuffer(open);
    await closeAll(NOW);
    const closed = (await range(MINUTE, start, start + HOUR_MS)).records;
    await redis.restore(open, 0, left);
    const sums = (records: { record: SeriesRecord }[]) => rollUp(records.map(({ record }) => record)).counters;
    expect(sums((await range(MINUTE, start, start + HOUR_MS)).records)).toEqual(sums(closed));
    await redis.zadd(keys.openChunks, 0, `1m|${QUEUE}|${chunk}`);
    await closeAll(NOW);
    expect(sums((await range(MINUTE, start, start + HOUR_MS)).records)).toEqual(sums(closed));
    expect(await redis.exists(open)).toBe(0);
  });

  test('is refused to a collector that no longer writes', async () => {
    await fill();
    const stopped = async (commands: Command[]) => {
      const other = new Lease(redis);
      await other.write(commands);
    };
    await expect(new ChunkCloser(redis, DEFAULT_TIERS).run(NOW, 1_000, stopped)).rejects.toThrow(/FENCED/);
    expect((await range(MINUTE, start, start + HOUR_MS)).records).toHaveLength(60);
  });

  test('that nobody can read any more is a gap, and gives way to what is written', async () => {
    await fill();
    await closeAll(NOW);
    const key = keys.closedChunk('1m', QUEUE, chunk);
    await redis.setrange(key, 0, '\u0001');
    expect((await range(MINUTE, start, start + HOUR_MS)).records).toEqual([]);
    expect(await readSlots(redis, [{ tier: MINUTE, queueKey: QUEUE, at: start }], SERIES_CODEC)).toEqual([null]);
    const writing = new Writing(NOW);
    await writing.take([{ at: start + 1_000, type: 'removed', count: 7 }], aReading(NOW, 0));
    await writing.flush();
    await closeAll(NOW);
    const { records } = await range(MINUTE, start, start + HOUR_MS);
    expect(records.map(({ record }) => record.counters[8])).toEqual([7]);
  });

  test('takes in what comes later', async () => {
    await fill();
    await closeAll(NOW);
    const writing = new Writing(NOW);
    await writing.take([{ at: start + 1_000, type: 'removed', count: 7 }], aReading(NOW, 0));
    await writing.flush();
    const removed = async () => (await range(MINUTE, start, start + MINUTE_MS)).records[0]?.record.counters[8];
    expect(await removed()).toBe(7);
    expect(await closeAll(NOW)).toBeGreaterThan(0);
    expect(await removed()).toBe(7);
    expect((await range(MINUTE, start, start + HOUR_MS)).records).toHaveLength(60);
  });
});

describe('what 0.1.0 left', () => {
  /** One minute as it stored it: 300 arrived, 290 completed. */
  const MINUTE_OF_0_1_0 =
    '0101046c6f7374ac02ab02a2020205013cf70f640aac02650be802660ca403680e9c04690fd8046a1094056b11d0056c128c066d13c8066e14840701040501770501047b0200017407';

  test('is read where the coarser tiers have nothing yet, and where the finest has nothing', async () => {
    const from = NOW - 3 * HOUR_MS;
    for (let at = from; at < from + HOUR_MS; at += MINUTE_MS) {
      const minute = (at % HOUR_MS) / MINUTE_MS;
      await redis.hset(
        `tailback:h:${QUEUE}:${at / HOUR_MS - minute / 60}`,
        minute,
        Buffer.from(MINUTE_OF_0_1_0, 'hex'),
      );
      await redis.hset(`tailback:on:main:${at / HOUR_MS - minute / 60}`, minute, 60_000);
    }
    await redis.hset('tailback:first-seen', QUEUE, 0);
    const ask = async (begin: number, to: number, step?: number) => {
      const question = { source: 'main', queueKey: QUEUE, from: begin, to, step, now: NOW };
      const { tier, stepMs, stored } = await readSeries(redis, DEFAULT_TIERS.series, question);
      return toSeries(stored, { tier, stepMs, from: begin, to, metrics: ['completed', 'depth.waiting'], now: NOW });
    };
    const month = await ask(NOW - 20 * DAY_MS, NOW, HOUR_MS);
    expect(month.tierMs).toBe(HOUR_MS);
    const hour = (from - month.from) / HOUR_MS;
    expect(month.series['completed']?.slice(hour - 1, hour + 2)).toEqual([null, 60 * 290, null]);
    expect(month.series['depth.waiting']?.[hour]).toBe(100);
    const short = await ask(from, from + 15 * MINUTE_MS);
    expect(short.series['completed']?.reduce((sum, value) => (sum ?? 0) + (value ?? 0), 0)).toBe(15 * 290);
  });
});

describe('space', () => {
  async function bytesOf(pattern: string): Promise<number> {
    const found = await redis.keys(pattern);
    const pipeline = redis.pipeline();
    for (const key of found) pipeline.memory('USAGE', key);
    return ((await pipeline.exec()) ?? []).reduce((sum, [, size]) => sum + Number(size), 0);
  }

  /** Fills full retention, the newest chunk half: as much as there is at an average moment. */
  async function fillTier<R>(tier: Tier, codec: typeof SERIES_CODEC | typeof NAMES_CODEC, make: (at: number) => R) {
    const newest = Math.floor(NOW / tier.chunkMs) * tier.chunkMs;
    const chunks = Math.ceil(tier.retentionMs / tier.chunkMs) + 1;
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const start = newest - chunk * tier.chunkMs;
      const length = chunk === 0 ? tier.chunkMs / 2 : tier.chunkMs;
      const groups: Command[][] = [];
      for (let at = start; at < start + length; at += tier.slotMs)
        groups.push(recordCommands({ tier, queueKey: QUEUE, at }, make(at) as never, codec as typeof SERIES_CODEC));
      for (const batch of batches(groups)) await write(batch);
      if (chunk > 0) await closeAll(start + 2 * tier.chunkMs);
    }
  }

  test.each([[10, 2_300_000]])(
    'a queue of %i jobs/s takes at most %i bytes at full retention',
    async (perSecond, most) => {
      const random = aRandom(11);
      const sizes: Record<string, number> = {};
      for (const tier of DEFAULT_TIERS.series) {
        await fillTier(tier, SERIES_CODEC, (at) => aBusyRecord(random, tier, at, perSecond));
        const closed = await bytesOf(`tailback:c${tier.name}:*`);
        sizes[tier.name] = closed + (await bytesOf(tier.name === '1m' ? 'tailback:h:*' : `tailback:h${tier.name}:*`));
      }
      const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
      console.log(`history of a queue of ${perSecond} jobs/s:`, sizes, total);
      expect(total).toBeLessThan(most);
    },
    120_000,
  );

  test.each([
    [5, 1_250_000],
    [20, 3_100_000],
  ])(
    'the figures of %i job names take at most %i bytes',
    async (names, most) => {
      const random = aRandom(12);
      for (const tier of DEFAULT_TIERS.names)
        await fillTier(tier, NAMES_CODEC, () => aNamesRecord(random, tier, names, 10));
      const total = await bytesOf('tailback:[ch]n*');
      console.log(`history of ${names} job names:`, total);
      expect(total).toBeLessThan(most);
    },
    120_000,
  );

  test('a queue whose runs and waits are alike takes at most 0.9 MB', async () => {
    const random = aRandom(13);
    for (const tier of DEFAULT_TIERS.series)
      await fillTier(tier, SERIES_CODEC, (at) => aBusyRecord(random, tier, at, 1, { run: 0.15, wait: 0.25 }));
    const total = await bytesOf('tailback:[ch]*');
    console.log('history of a queue of 1 job/s with even durations:', total);
    expect(total).toBeLessThan(900_000);
  }, 120_000);

  test('presence of a source stays small', async () => {
    for (const tier of DEFAULT_TIERS.series) {
      const groups: Command[][] = [];
      for (let at = NOW - tier.retentionMs; at < NOW; at += tier.slotMs)
        groups.push(presenceCommands(tier, 'main', at, tier.slotMs));
      for (const batch of batches(groups)) await write(batch);
    }
    expect(await bytesOf('tailback:on*')).toBeLessThan(400_000);
  }, 60_000);
});

describe('the last half hour beside a name', () => {
  const queue = aQueue({ id: aReading(0, 0).id });

  test('the highest backlog of each whole minute, unknown where nobody looked, read once a minute', async () => {
    const now = NOW - 10_000;
    const to = NOW - MINUTE_MS;
    // Nobody looked in the first ten minutes.
    const writing = new Writing(to - 20 * MINUTE_MS);
    for (let minute = 20; minute > 0; minute -= 1) {
      const at = to - minute * MINUTE_MS;
      await write([presenceCommands(MINUTE, 'main', at, MINUTE_MS)[0] as Command]);
      await writing.take([], aReading(at + 1_000, minute));
      await writing.take([], aReading(at + 30_000, minute + 5));
      await writing.take([], aReading(at + 59_000, 0));
    }
    await writing.flush();
    await write([['HSET', keys.firstSeen, QUEUE, String(to - 20 * MINUTE_MS)]]);
    const trends = new BacklogTrends(redis, DEFAULT_TIERS.minutes);
    const told = await trends.read([queue], now);
    expect(told).toMatchObject({ to, from: to - 30 * MINUTE_MS, stepMs: MINUTE_MS });
    const unseen = Array.from({ length: 10 }, () => null);
    expect(told.trends[QUEUE]).toEqual([...unseen, ...Array.from({ length: 20 }, (_, index) => 25 - index)]);

    await redis.flushdb();
    expect((await trends.read([queue], now + 1_000)).trends).toEqual(told.trends);
    expect((await trends.read([queue], now + MINUTE_MS)).trends[QUEUE]?.every((value) => value === null)).toBe(true);
    await lease.hold();
  });
});

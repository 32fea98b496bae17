import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { COUNTER_METRICS } from '../domain/series';
import { toQueueKey } from '../domain/queue-key';
import type { QueueTotals } from '../domain/totals';
import { readRange } from '../history/history-store';
import type { SeriesRecord } from '../history/record';
import { DEFAULT_TIERS, HOUR_MS } from '../history/tiers';
import { RedisWatch } from '../sources/redis/redis-watch';
import type { SourceWatch } from '../sources/source';
import { batches, Lease } from '../store/lease';
import { databaseUrl, silentLog, sourceOf, uniqueName, until } from '../testing/looker';
import { SourceRunner } from './source-runner';

const DATABASE = 13;
const redis = new Redis(databaseUrl(DATABASE));
const connection = {
  host: redis.options.host ?? '',
  port: redis.options.port ?? 0,
  db: redis.options.db ?? 0,
  maxRetriesPerRequest: null,
};
let key: string;
let queue: Queue;
let worker: Worker;
let done: number;
const watches: SourceWatch[] = [];

beforeEach(async () => {
  await redis.flushdb();
  const name = uniqueName('orders');
  key = toQueueKey({ source: 'test', namespace: 'bull', name });
  done = 0;
  queue = new Queue(name, { connection });
  worker = new Worker(name, () => Promise.resolve((done += 1)), { connection, concurrency: 5 });
  await worker.waitUntilReady();
  // Found by the first look, if it is there by then.
  await until(async () => (await redis.exists(`bull:${name}:meta`)) === 1, 20_000);
});
afterEach(async () => {
  await Promise.all([...watches.splice(0), worker, queue].map((one) => one.close()));
});
afterAll(() => redis.disconnect());

/** `afterLook`: runs between a look and what is read from the store for it. */
function newRunner(afterLook: () => Promise<void> = () => Promise.resolve()): SourceRunner {
  const watch = new RedisWatch(sourceOf(databaseUrl(DATABASE)), silentLog);
  watches.push(watch);
  const look = watch.look.bind(watch);
  watch.look = async () => {
    const reading = await look();
    await afterLook();
    return reading;
  };
  return new SourceRunner(watch, redis, silentLog);
}

async function write(runner: SourceRunner): Promise<void> {
  const lease = new Lease(redis);
  await lease.hold();
  const { groups, settle } = runner.news.unwritten();
  for (const batch of batches(groups)) await lease.write(batch);
  settle();
  await lease.release();
}

async function work(count: number): Promise<void> {
  const target = done + count;
  await queue.addBulk(Array.from({ length: count }, () => ({ name: 'order', data: {} })));
  await until(() => done === target, 20_000);
}

const lookUntilKnown = (runner: SourceRunner) =>
  until(async () => {
    await runner.look();
    return runner.queues.has(key);
  }, 20_000);

async function completedByTier(): Promise<number[]> {
  const index = COUNTER_METRICS.indexOf('completed');
  const now = Date.now();
  return Promise.all(
    DEFAULT_TIERS.series.map(async (tier) => {
      const { records } = await readRange<SeriesRecord>(redis, tier, 'test', key, now - HOUR_MS, now + HOUR_MS);
      return records.reduce((sum, { record }) => sum + (record.counters[index] ?? 0), 0);
    }),
  );
}

test.each([
  { isBehind: false, because: 'it read as far as the other wrote' },
  { isBehind: true, because: 'the other one wrote more after it had looked' },
])('a standby that began to read while another wrote counts nothing twice: $because', async ({ isBehind }) => {
  const first = newRunner();
  first.takeOver();
  await lookUntilKnown(first);
  await work(20);
  await first.look();
  await write(first);
  await work(30);
  await first.look();
  // The standby has read its position, and then the first one writes what lies beyond it.
  const standby = newRunner(() => write(first));
  await lookUntilKnown(standby);
  await work(7);
  await first.look();
  await standby.look();
  if (isBehind) await work(3);
  await first.look();
  await write(first);
  await standby.look();
  await work(5);
  standby.takeOver();
  await standby.look();
  await work(4);
  await standby.look();
  await write(standby);
  expect(await completedByTier()).toEqual(DEFAULT_TIERS.series.map(() => done));
  const totals = JSON.parse((await redis.hget('tailback:totals:test', key)) ?? '{}') as QueueTotals;
  expect(totals.counters[COUNTER_METRICS.indexOf('completed')]).toBe(done);
});

test('one that lost the lease for a moment, in which nobody else wrote, goes on with what it holds', async () => {
  const runner = newRunner();
  runner.takeOver();
  await lookUntilKnown(runner);
  await work(12);
  await runner.look();
  await write(runner);
  runner.standBy();
  await work(9);
  await runner.look();
  expect(runner.isWriter()).toBe(false);
  runner.takeOver();
  await runner.look();
  await write(runner);
  expect(await completedByTier()).toEqual(DEFAULT_TIERS.series.map(() => done));
});

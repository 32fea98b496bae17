import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Bull from 'bull';
import { Queue as BullMqQueue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Queue } from '../domain/queue';
import { COUNTER_METRICS } from '../domain/series';
import type { QueueTotals } from '../domain/totals';
import { toQueueKey } from '../domain/queue-key';
import { readRange } from '../history/history-store';
import type { SeriesRecord } from '../history/record';
import { DEFAULT_TIERS, type Tier } from '../history/tiers';
import { endProcess, pause, startCollectorProcess, until } from '../testing/processes';
import { startPrivateRedis, type PrivateRedis } from '../../workers/setup/private-redis';

/** Real collector processes against a Redis of their own, with real Bull and BullMQ workers. */
let server: PrivateRedis;
let redis: Redis;
let dataDir: string;
const collectors: ChildProcess[] = [];
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = new Redis(server.url);
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-collector-'));
});
beforeEach(() => redis.flushall());
afterEach(async () => {
  await Promise.all(collectors.splice(0).map((child) => endProcess(child, 'SIGKILL')));
  await Promise.all(closers.splice(0).map((close) => close()));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

function startCollector(env: Record<string, string> = {}): ChildProcess {
  const child = startCollectorProcess(server.url, dataDir, env);
  collectors.push(child);
  return child;
}

const holder = async () =>
  (JSON.parse((await redis.get('tailback:live:meta')) ?? '{}') as { holder?: string }).holder ?? null;
const pidOf = (text: string | null) => Number(text?.split(':').at(-1));

async function published(name: string): Promise<Queue | null> {
  const all = await redis.hvals('tailback:live:queues');
  return all.map((text) => JSON.parse(text) as Queue).find((queue) => queue.id.name === name) ?? null;
}

const connection = () => ({ host: '127.0.0.1', port: server.port });

async function historyTotals(name: string): Promise<Record<string, number>> {
  const key = toQueueKey({ source: 'main', namespace: 'bull', name });
  const now = Date.now();
  const [tier] = DEFAULT_TIERS.series as [Tier];
  const { records } = await readRange<SeriesRecord>(redis, tier, 'main', key, now - 30 * 60_000, now + 60_000);
  return Object.fromEntries(
    COUNTER_METRICS.map((metric, index) => [
      metric,
      records.reduce((sum, { record }) => sum + (record.counters[index] ?? 0), 0),
    ]),
  );
}

/** A BullMQ worker that finishes each job at once and writes down how many there were. */
function worker(name: string): { done: () => number } {
  let done = 0;
  const running = new Worker(name, () => Promise.resolve((done += 1)), { connection: connection(), concurrency: 5 });
  closers.push(() => running.close());
  return { done: () => done };
}

describe('one collector', () => {
  test('finds queues of both libraries by itself and publishes what happens in them', async () => {
    const bull = new Bull('reports', { redis: connection() });
    closers.push(() => bull.close());
    void bull.process(() => pause(20));
    const queue = new BullMqQueue('mails', { connection: connection() });
    closers.push(() => queue.close());
    const { done } = worker('mails');
    await queue.waitUntilReady();
    startCollector();
    await until(async () => (await published('mails')) && (await redis.get('tailback:live:meta')), 10_000);
    await queue.addBulk(Array.from({ length: 40 }, (_, n) => ({ name: 'mail', data: { n } })));
    await bull.addBulk(Array.from({ length: 30 }, (_, n) => ({ data: { n } })));
    await until(async () => (await published('mails'))?.lastMinute.completed === 40, 10_000);
    const mails = await published('mails');
    expect(done()).toBe(40);
    expect(mails).toMatchObject({
      kind: 'bullmq',
      counts: { completed: 40, waiting: 0 },
      workers: 1,
      lastMinute: { arrived: 40, started: 40, failed: 0 },
    });
    expect(mails?.version).toMatch(/^bullmq:6\./);
    const reports = await until(async () => {
      const found = await published('reports');
      return found?.lastMinute.completed === 30 && found;
    }, 15_000);
    expect(reports.counts.completed).toBe(30);
    expect(reports.lastMinute.runMs.p50).toBeGreaterThanOrEqual(15);
    expect(reports.lastMinute.runMs.p50).toBeLessThan(200);
    await until(async () => (await historyTotals('mails'))['completed'] === 40, 10_000);
  });

  test('writes nothing outside tailback:', async () => {
    const queue = new BullMqQueue('still', { connection: connection() });
    closers.push(() => queue.close());
    await queue.addBulk([
      { name: 'a', data: 1 },
      { name: 'b', data: 2, opts: { delay: 3_600_000 } },
    ]);
    const before = await foreignKeys();
    startCollector();
    await until(() => published('still'), 20_000);
    await pause(3_000);
    expect(await foreignKeys()).toEqual(before);
  });

  test('comes up while Redis is down, heals by itself, and stops cleanly', async () => {
    const { port, binary, stop } = await startPrivateRedis();
    await stop();
    const child = startCollector({ REDIS_URL: `redis://127.0.0.1:${port}` });
    await pause(2_500);
    expect(child.exitCode).toBeNull();
    const revived = spawn(binary.file, ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
      stdio: 'ignore',
    });
    const client = new Redis(port, '127.0.0.1', { lazyConnect: false });
    client.on('error', () => undefined);
    closers.push(async () => {
      client.disconnect();
      await endProcess(revived, 'SIGTERM');
    });
    await until(async () => client.get('tailback:live:meta').catch(() => null), 20_000);
    expect(await endProcess(child, 'SIGTERM')).toBe(0);
  });
});

describe('two collectors', () => {
  test('one writes; when it is killed the other goes on within seconds and no BullMQ job is counted twice or lost', async () => {
    const queue = new BullMqQueue('orders', { connection: connection() });
    closers.push(() => queue.close());
    await queue.waitUntilReady();
    const { done } = worker('orders');
    startCollector();
    startCollector();
    const first = await until(holder, 30_000);
    await until(() => published('orders'), 20_000);
    let added = 0;
    const producer = setInterval(() => {
      added += 5;
      void queue.addBulk(Array.from({ length: 5 }, () => ({ name: 'order', data: {} })));
    }, 100);
    await pause(4_000);
    expect(await holder()).toBe(first);
    process.kill(pidOf(first), 'SIGKILL');
    const killedAt = Date.now();
    // The lease ends after 3.5 s and is asked for every second.
    await until(async () => {
      const now = await holder();
      return now !== first && now;
    }, 8_000);
    expect(Date.now() - killedAt).toBeLessThan(5_500);
    await pause(1_500);
    clearInterval(producer);
    await until(async () => done() === added, 10_000);
    await until(async () => (await historyTotals('orders'))['completed'] === added, 12_000);
    await pause(6_000);
    expect(await historyTotals('orders')).toMatchObject({
      arrived: added,
      started: added,
      completed: added,
      failed: 0,
    });
    const key = toQueueKey({ source: 'main', namespace: 'bull', name: 'orders' });
    const totals = JSON.parse((await redis.hget('tailback:totals:main', key)) ?? '{}') as QueueTotals;
    expect(totals.counters.slice(0, 4)).toEqual([added, added, added, 0]);
    expect(totals.run.counts.reduce((sum, count) => sum + count, 0)).toBe(added);
  });

  test('one that was stopped and wakes up does not write over its successor', async () => {
    const queue = new BullMqQueue('slept', { connection: connection() });
    closers.push(() => queue.close());
    await queue.waitUntilReady();
    startCollector();
    startCollector();
    const first = await until(holder, 30_000);
    process.kill(pidOf(first), 'SIGSTOP');
    const second = await until(async () => {
      const now = await holder();
      return now !== first && now;
    }, 8_000);
    process.kill(pidOf(first), 'SIGCONT');
    const seen = new Set<string | null>();
    for (let n = 0; n < 30; n += 1) {
      seen.add(await holder());
      await pause(100);
    }
    expect([...seen]).toEqual([second]);
  });
});

async function foreignKeys(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const key of (await redis.keys('*')).sort())
    if (!key.startsWith('tailback:'))
      found[key] = ((await redis.dumpBuffer(key)) ?? Buffer.from('')).toString('base64');
  return found;
}

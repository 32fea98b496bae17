import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConfirmChannel } from 'amqplib';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toQueueKey } from '../domain/queue-key';
import { COUNTER_METRICS, type CounterMetric } from '../domain/series';
import { queueTotalsSchema } from '../domain/totals';
import { readRange } from '../history/history-store';
import type { SeriesRecord } from '../history/record';
import { DEFAULT_TIERS, HOUR_MS } from '../history/tiers';
import { keys } from '../store/keys';
import { databaseUrl, emptyDatabase } from '../testing/looker';
import { endProcess, pause, startCollectorProcess, until } from '../testing/processes';
import { openVhost, type TestVhost } from '../testing/rabbit-server';

const DATABASE = 7;
const SOURCE = 'rabbit';
const KINDS = ['arrived', 'started', 'completed'] as const satisfies CounterMetric[];

let vhost: TestVhost;
let redis: Redis;
let folder: string;
let channel: ConfirmChannel;
const running: ChildProcess[] = [];

beforeAll(async () => {
  vhost = await openVhost();
  channel = await (await vhost.connect()).createConfirmChannel();
  ({ redis } = await emptyDatabase(DATABASE));
  folder = await mkdtemp(path.join(tmpdir(), 'tailback-take-over-'));
  const sources = [{ name: SOURCE, kind: 'rabbitmq', url: vhost.managementUrl, amqpUrl: vhost.amqpUrl }];
  await writeFile(path.join(folder, 'tailback.config.json'), JSON.stringify({ sources }));
});

afterAll(async () => {
  await Promise.all(running.map((child) => endProcess(child, 'SIGKILL')));
  await vhost.close();
  redis.disconnect();
  await rm(folder, { recursive: true, force: true });
});

function startCollector(): void {
  const child = startCollectorProcess('', folder, {
    REDIS_URL: '',
    TAILBACK_STORE_URL: databaseUrl(DATABASE),
    TAILBACK_CONFIG: path.join(folder, 'tailback.config.json'),
    TAILBACK_LOG_LEVEL: 'error',
  });
  running.push(child);
}

/** The process that writes. */
async function holder(): Promise<ChildProcess | undefined> {
  const pid = Number((await redis.get(keys.lease))?.split(':').at(-1));
  return running.find((child) => child.pid === pid && child.exitCode === null && child.signalCode === null);
}

test('after a collector that was killed while it wrote the next one counts no message twice and loses none', async () => {
  const name = 'orders';
  const key = toQueueKey({ source: SOURCE, namespace: vhost.name, name });
  await channel.assertQueue(name, { durable: true });
  const consumer = await (await vhost.connect()).createChannel();
  await consumer.prefetch(5);
  startCollector();
  startCollector();
  await until(async () => (await redis.hget(keys.cursors(SOURCE), key)) !== null, 30_000);

  let published = 0;
  let acknowledged = 0;
  await consumer.consume(name, (message) => {
    if (!message) return;
    consumer.ack(message);
    acknowledged += 1;
  });
  const publish = async (count: number) => {
    for (let n = 0; n < count; n += 1) channel.sendToQueue(name, Buffer.from('{}'));
    published += count;
    await channel.waitForConfirms();
  };
  const writer = await until(holder, 15_000);
  const cursor = await redis.hget(keys.cursors(SOURCE), key);
  await publish(70);
  // Once it has written some of them, and while more come.
  await until(async () => (await redis.hget(keys.cursors(SOURCE), key)) !== cursor, 15_000);
  await publish(31);
  await endProcess(writer, 'SIGKILL');
  await publish(17);
  startCollector();
  await pause(500);
  await publish(5);
  await until(() => Promise.resolve(acknowledged === published), 10_000);

  const totals = async () => {
    const { counters } = queueTotalsSchema.parse(JSON.parse((await redis.hget(keys.totals(SOURCE), key)) ?? ''));
    return KINDS.map((kind) => counters[COUNTER_METRICS.indexOf(kind)]);
  };
  const truth = KINDS.map(() => published);
  await until(async () => (await totals()).every((count) => (count ?? 0) >= published), 25_000);
  expect(await totals()).toEqual(truth);
  const now = Date.now();
  for (const tier of DEFAULT_TIERS.series) {
    const { records } = await readRange<SeriesRecord>(redis, tier, SOURCE, key, now - HOUR_MS, now + HOUR_MS);
    const sums = KINDS.map((kind) =>
      records.reduce((sum, { record }) => sum + (record.counters[COUNTER_METRICS.indexOf(kind)] ?? 0), 0),
    );
    expect(sums).toEqual(truth);
  }
}, 90_000);

import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPrivateRedis, type PrivateRedis } from '../../workers/setup/private-redis';
import { keys } from '../store/keys';
import { endProcess, startCollectorProcess, until } from '../testing/processes';
import { startWebhookReceiver } from '../testing/webhook-receiver';

const WAIT_MS = 25_000;
let redis: PrivateRedis;
let store: Redis;
let queue: Queue;
let folder: string;
let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
const running: ChildProcess[] = [];

beforeEach(async () => {
  redis = await startPrivateRedis();
  store = new Redis(redis.url);
  queue = new Queue('orders', { connection: { host: '127.0.0.1', port: redis.port } });
  receiver = await startWebhookReceiver();
  folder = await mkdtemp(path.join(tmpdir(), 'tailback-notify-'));
  await writeFile(
    path.join(folder, 'tailback.config.json'),
    JSON.stringify({
      alerts: [{ name: 'Backlog', metric: 'backlog', above: 2 }],
      alertCheckSeconds: 1,
      channels: [{ kind: 'webhook', url: receiver.url, allow: ['127.0.0.1'] }],
    }),
  );
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((child) => endProcess(child, 'SIGKILL')));
  await queue.close();
  store.disconnect();
  await Promise.all([receiver.down(), redis.stop()]);
  await rm(folder, { recursive: true, force: true });
});

function startCollector(): ChildProcess {
  const child = startCollectorProcess(redis.url, folder, {
    TAILBACK_CONFIG: path.join(folder, 'tailback.config.json'),
    TAILBACK_LOG_LEVEL: 'silent',
  });
  running.push(child);
  return child;
}
const events = () => receiver.received.map(({ body }) => (body as { event: string }).event);
const ids = (event: string) =>
  new Set(receiver.received.filter(({ body }) => (body as { event: string }).event === event).map(({ key }) => key));
/** What the store says is still to be sent. */
async function waiting(): Promise<number> {
  const text = await store.get(keys.alertState);
  return text === null ? 0 : (JSON.parse(text) as { dispatch: { outbox: unknown[] } }).dispatch.outbox.length;
}
async function fill(): Promise<void> {
  await queue.addBulk(Array.from({ length: 5 }, (_, index) => ({ name: 'job', data: { index } })));
}

test('a collector that is killed between judging and sending loses nothing, and its successor sends it once', async () => {
  await receiver.down();
  await fill();
  const first = startCollector();
  await until(async () => (await waiting()) === 1, WAIT_MS);
  await endProcess(first, 'SIGKILL');
  await receiver.up();
  startCollector();
  await until(() => Promise.resolve(receiver.received.length > 0), WAIT_MS);
  await until(async () => (await waiting()) === 0, WAIT_MS);
  await queue.drain();
  await until(() => Promise.resolve(events().includes('alert.resolved')), WAIT_MS);
  expect(events()).toEqual(['alert.fired', 'alert.resolved']);
}, 90_000);

test('a collector that is killed before the receiver answers repeats the same message, and no other', async () => {
  receiver.answerWith(() => {});
  await fill();
  const first = startCollector();
  await until(() => Promise.resolve(receiver.received.length > 0), WAIT_MS);
  await endProcess(first, 'SIGKILL');
  receiver.answerWith((response) => response.writeHead(204).end());
  startCollector();
  await until(() => Promise.resolve(receiver.received.length > 1), WAIT_MS);
  await until(async () => (await waiting()) === 0, WAIT_MS);
  await queue.drain();
  await until(() => Promise.resolve(events().includes('alert.resolved')), WAIT_MS);
  expect(ids('alert.fired').size).toBe(1);
  expect(events().filter((event) => event === 'alert.resolved')).toHaveLength(1);
}, 90_000);

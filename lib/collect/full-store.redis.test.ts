import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Queue as BullMqQueue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPrivateRedis, type PrivateRedis } from '../../workers/setup/private-redis';
import { loadConfig } from '../config/load-config';
import { createLog } from '../config/log';
import { toQueueKey } from '../domain/queue-key';
import { createWebRuntime, type WebRuntime } from '../runtime/web-runtime';
import { endProcess, startCollectorProcess, until } from '../testing/processes';

/** One Redis for queues and store, and it is full. */
const MB = 1024 * 1024;
const KEY = toQueueKey({ source: 'main', namespace: 'bull', name: 'mails' });
let server: PrivateRedis;
let redis: Redis;
let dataDir: string;
let collector: ChildProcess;
let web: WebRuntime;
let queue: BullMqQueue;

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = new Redis(server.url);
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-full-'));
  const connection = { host: '127.0.0.1', port: server.port };
  queue = new BullMqQueue('mails', { connection });
  const worker = new Worker('mails', async () => undefined, { connection });
  await queue.addBulk(Array.from({ length: 200 }, () => ({ name: 'mail', data: { text: 'x'.repeat(20_000) } })));
  await until(async () => (await queue.getCompletedCount()) === 200, 20_000);
  await worker.close();
  collector = startCollectorProcess(server.url, dataDir);
  const config = loadConfig({ REDIS_URL: server.url, TAILBACK_DATA_DIR: dataDir }, dataDir);
  web = await createWebRuntime({ config, log: createLog('silent', 'test'), isSessionLive: () => true });
  await until(() => Promise.resolve(completed() === 200), 30_000);
}, 90_000);

afterAll(async () => {
  await web.close();
  await endProcess(collector, 'SIGKILL');
  await queue.close();
  redis.disconnect();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const completed = () => web.queues()[0]?.counts.completed;

async function call(method: string, address: string, body?: unknown) {
  const request = new Request(`http://localhost/api/v1${address}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const response = await web.handle(request, { kind: 'token', name: 'ci', role: 'admin', address: '127.0.0.1' });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

test('that it is full is told, also by another collector, and jobs can be cleaned to make room', async () => {
  const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
  await redis.config('SET', 'maxmemory', String(used - MB));
  await expect(redis.set('another', 'key')).rejects.toThrow(/OOM/);
  const isTold = async () => JSON.stringify((await call('GET', '/brokers')).json).includes('"memory-near-limit"');
  await until(isTold, 30_000);
  await until(async () => JSON.stringify((await call('GET', '/alerts')).json).includes('memory'), 30_000);

  await endProcess(collector, 'SIGKILL');
  const before = web.queues()[0]?.readAt ?? 0;
  collector = startCollectorProcess(server.url, dataDir);
  await until(() => Promise.resolve((web.queues()[0]?.readAt ?? 0) > before), 30_000);

  const started = await call('POST', '/clearings', {
    queues: [KEY],
    clearing: { what: 'clean', state: 'completed', olderThanMs: 0 },
    confirm: 'mails',
    pace: null,
  });
  expect(started).toMatchObject({ status: 202 });
  await until(() => Promise.resolve(completed() === 0), 30_000);
  const [{ operation }] = started.json['results'] as [{ operation: { id: string } }];
  const isDone = async () => JSON.stringify((await call('GET', `/operations/${operation.id}`)).json).includes('"done"');
  await until(isDone, 10_000);
  const audit = await call('GET', '/audit?by=tokens');
  expect(JSON.stringify(audit.json)).toContain('"clean"');
  expect(await redis.set('another', 'key')).toBe('OK');
}, 120_000);

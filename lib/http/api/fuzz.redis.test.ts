import type { Queue as BullMqQueue } from 'bullmq';
import type Bull from 'bull';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPrivateRedis, type PrivateRedis } from '../../../workers/setup/private-redis';
import { fuzzTarget } from '../../testing/fuzz/target';
import { digestOfWatched } from '../../testing/fuzz/digest';
import { startGatedWeb, type GatedWeb } from '../../testing/gated-web';
import { endProcess, startCollectorProcess, until } from '../../testing/processes';

// A fixed seed here; `npm run soak -- fuzz` sends fifty times as many to the product as it is built.
const SEED = 20_261;
const COUNT = 1_000;

let redis: PrivateRedis;
let client: Redis;
let dataDir: string;
let collector: ChildProcess;
let web: GatedWeb;
let queues: (BullMqQueue | Bull.Queue)[];

beforeAll(async () => {
  redis = await startPrivateRedis();
  client = new Redis(redis.url);
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-fuzz-'));
  queues = await fuzzTarget.fill(redis.url);
  collector = startCollectorProcess(redis.url, dataDir);
  web = await startGatedWeb({ redisUrl: redis.url });
  await until(() => Promise.resolve(web.runtime.queues().length === 2 && web.runtime.readiness().ok), 30_000);
}, 60_000);

afterAll(async () => {
  await Promise.all(queues.map((queue) => queue.close()));
  await web.stop();
  await endProcess(collector, 'SIGKILL');
  client.disconnect();
  await redis.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test(`${COUNT} requests that are not as documented change nothing and break nothing`, async () => {
  const before = await digestOfWatched(client);
  const token = await web.tokenOf('admin');
  const tally = await fuzzTarget.run({ url: web.url, token, seed: SEED, count: COUNT, only: 'invalid' });
  expect(tally.findings).toEqual([]);
  expect(tally.statuses['400'] ?? 0).toBeGreaterThan(COUNT / 3);
  expect(await digestOfWatched(client)).toBe(before);
}, 60_000);

test(`${COUNT} requests of all kinds get an answer, and none of 500`, async () => {
  const { cookie } = await web.personOf('admin');
  const token = await web.tokenOf('admin');
  const tally = await fuzzTarget.run({ url: web.url, token, cookie, seed: SEED + 1, count: COUNT, only: null });
  expect(tally.findings).toEqual([]);
  expect(tally.statuses['200'] ?? 0).toBeGreaterThan(COUNT / 20);
}, 60_000);

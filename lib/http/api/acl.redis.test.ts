import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Bull from 'bull';
import { Queue as BullMqQueue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPrivateRedis, type PrivateRedis } from '../../../workers/setup/private-redis';
import type { Queue } from '../../domain/queue';
import { fuzzTarget } from '../../testing/fuzz/target';
import { startGatedWeb, type GatedWeb } from '../../testing/gated-web';
import { endProcess, startCollectorProcess, until } from '../../testing/processes';

// The whole product with a Redis user that may do what docs/operations.md lists, and nothing else.

const PASSWORD = 'of-the-test';

/** The rules that the guide gives to a user, from its lines `user NAME on …`. */
async function documentedRules(name: string): Promise<string[]> {
  const guide = await readFile(path.resolve(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
  const line = new RegExp(`^user ${name} on >\\S+ (.+)$`, 'm').exec(guide)?.[1];
  if (line === undefined) throw new Error(`the guide has no line "user ${name} on …"`);
  return line.split(' ');
}

type Stand = { redis: PrivateRedis; admin: Redis; web: GatedWeb; token: string; stop(): Promise<void> };

/** A product whose source is reached as `user`. With `store`, that is a Redis of its own. */
async function start(user: string, { store, readOnly }: { store?: string; readOnly?: boolean } = {}): Promise<Stand> {
  const redis = await startPrivateRedis();
  const admin = new Redis(redis.url);
  await admin.call('ACL', 'SETUSER', user, 'on', `>${PASSWORD}`, ...(await documentedRules(user)));
  const queues = await fuzzTarget.fill(redis.url);
  await fail(redis.port);
  const url = `redis://${user}:${PASSWORD}@127.0.0.1:${redis.port}`;
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-acl-'));
  const env: Record<string, string> = {
    ...(store === undefined ? {} : { TAILBACK_STORE_URL: store }),
    ...(readOnly ? { TAILBACK_READ_ONLY: 'planned maintenance' } : {}),
  };
  const collector: ChildProcess = startCollectorProcess(url, dataDir, env);
  const web = await startGatedWeb({ redisUrl: url, env });
  const hasCounts = ({ counts }: Queue) => (counts.failed ?? 0) > 0;
  await until(() => Promise.resolve(web.runtime.queues().filter(hasCounts).length === 2), 30_000);
  return {
    redis,
    admin,
    web,
    token: await web.tokenOf('admin'),
    async stop() {
      await web.stop();
      await endProcess(collector, 'SIGKILL');
      await Promise.all(queues.map((queue) => queue.close()));
      admin.disconnect();
      await redis.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A failed and a completed job in each queue. */
async function fail(port: number): Promise<void> {
  const connection = { host: '127.0.0.1', port };
  const work = async (job: { data: unknown }) => {
    if (JSON.stringify(job.data).includes('"n":1')) throw new Error('refused');
    return 'done';
  };
  const bull = new Bull('fuzz-bull', { redis: connection });
  void bull.process('job', work);
  const bullMq = new BullMqQueue('fuzz-bullmq', { connection });
  const worker = new Worker('fuzz-bullmq', work, { connection });
  await until(async () => (await bull.getFailedCount()) > 0 && (await bullMq.getFailedCount()) > 0, 10_000);
  await Promise.all([bull.close(), worker.close(), bullMq.close()]);
}

type Denied = { object: string; reason: string };
/** What Redis has refused to Tailback's user since the last reset: names of commands, keys and channels. */
async function denied(admin: Redis): Promise<string[]> {
  const entries = (await admin.call('ACL', 'LOG', '100')) as unknown[][];
  return entries
    .map(
      (entry) =>
        Object.fromEntries(
          Array.from({ length: entry.length / 2 }, (_, at) => [entry[at * 2], entry[at * 2 + 1]]),
        ) as Denied,
    )
    .map(({ reason, object }) => `${reason} ${object}`);
}

async function call({ web, token }: Stand, method: string, address: string, body?: unknown) {
  const response = await fetch(`${web.url}/api/v1${address}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const BULL_MQ = '/queues/main/bull/fuzz-bullmq';
const failedId = async (stand: Stand, queue: string) => {
  const { body } = await call(stand, 'GET', `${queue}/jobs?state=failed`);
  return encodeURIComponent((body['jobs'] as { id: string }[])[0]?.id ?? '');
};

describe('the user that acts', () => {
  let stand: Stand;
  beforeAll(async () => (stand = await start('tailback')), 60_000);
  afterAll(() => stand.stop());

  test('may do all that every route does, and Redis refuses nothing', async () => {
    for (const queue of [BULL_MQ, '/queues/main/bull/fuzz-bull']) {
      const id = await failedId(stand, queue);
      expect((await call(stand, 'POST', `${queue}/jobs/${id}/actions`, { action: 'retry' })).status).toBe(200);
    }
    const run = { url: stand.web.url, token: stand.token, seed: 5, count: 800, only: 'valid' } as const;
    expect((await fuzzTarget.run(run)).findings).toEqual([]);
    expect(await denied(stand.admin)).toEqual([]);
  }, 60_000);

  test('may do nothing else', async () => {
    const user = new Redis(stand.redis.url, { username: 'tailback', password: PASSWORD });
    for (const command of [
      ['FLUSHALL'],
      ['CONFIG', 'GET', '*'],
      ['SHUTDOWN'],
      ['KEYS', '*'],
      ['MONITOR'],
      ['ACL', 'LIST'],
      ['MODULE', 'LIST'],
      ['REPLICAOF', 'NO', 'ONE'],
    ])
      await expect(user.call(command[0] ?? '', ...command.slice(1))).rejects.toThrow(/NOPERM/);
    user.disconnect();
  });
});

describe('the user that only watches, with a store of its own', () => {
  let store: PrivateRedis;
  let stand: Stand;
  beforeAll(async () => {
    store = await startPrivateRedis();
    stand = await start('tailback-watch', { store: store.url });
  }, 60_000);
  afterAll(async () => {
    await stand.stop();
    await store.stop();
  });

  test('sees everything, and a write is refused with the reason and done by nobody', async () => {
    for (const address of [
      '/queues',
      BULL_MQ,
      `${BULL_MQ}/jobs?state=failed`,
      `${BULL_MQ}/jobs/search?state=failed&q=refused`,
      '/failures',
      '/workers',
      '/schedulers',
    ])
      expect((await call(stand, 'GET', address)).status).toBe(200);
    const id = await failedId(stand, BULL_MQ);
    expect((await call(stand, 'GET', `${BULL_MQ}/jobs/${id}`)).body).toMatchObject({ failedReason: 'refused' });
    const refused = await call(stand, 'POST', `${BULL_MQ}/jobs/${id}/actions`, { action: 'retry' });
    expect(refused).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching(/Redis "main" does not allow this to Tailback/) },
    });
    expect(await failedId(stand, BULL_MQ)).toBe(id);
    const run = { url: stand.web.url, token: stand.token, seed: 6, count: 300, only: 'valid' } as const;
    expect((await fuzzTarget.run(run)).findings).toEqual([]);
    // Nothing that only reads was refused: what is in the list of refusals are writes of the libraries, and the marks
    // between messages, which one server does without.
    const readers = (await denied(stand.admin)).filter(
      (one) =>
        !/^(?:key|channel) |^command (?:set|del|hset|hmset|hdel|zadd|zrem|lpush|rpush|lrem|incr|xadd|xtrim|expire|publish|rpoplpush|evalsha?)\b/i.test(
          one,
        ),
    );
    expect(readers).toEqual([]);
  }, 60_000);
});

describe('a Tailback that is switched to read-only', () => {
  let stand: Stand;
  beforeAll(async () => (stand = await start('tailback', { readOnly: true })), 60_000);
  afterAll(() => stand.stop());

  test('says why on every queue, and refuses', async () => {
    const { body } = await call(stand, 'GET', BULL_MQ);
    expect(body['readOnlyReason']).toContain('planned maintenance');
    const id = await failedId(stand, BULL_MQ);
    const refused = await call(stand, 'POST', `${BULL_MQ}/jobs/${id}/actions`, { action: 'retry' });
    expect(refused).toMatchObject({ status: 422, body: { detail: expect.stringContaining('planned maintenance') } });
  });
});

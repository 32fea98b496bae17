import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startCluster, type TestCluster } from '../../testing/cluster';
import { emptyDatabase, Looker, silentLog, sourceOf, uniqueName } from '../../testing/looker';
import { bullDriver, bullMqDriver } from '../../testing/queue-drivers';
import type { DriverQueue } from '../../testing/queue-driver';
import { RedisWatch } from './redis-watch';

const DATABASE = 9;
/** Either half of it is enough: marks have to be said and heard. */
const NO_MARKS = [
  { rules: ['-publish'], because: 'may not publish' },
  { rules: ['resetchannels', '&bull:*'], because: 'may hear Bull’s channels only' },
];

describe('a Redis user who may not do everything', () => {
  let url: string;
  let redis: Redis;
  const users: string[] = [];
  const open: { close(): Promise<unknown> }[] = [];
  let mq: DriverQueue;
  let bull: DriverQueue;

  beforeAll(async () => {
    // ioredis tells the console that it skips a check which needs INFO.
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    ({ url, redis } = await emptyDatabase(DATABASE));
    mq = bullMqDriver.open(url, 'bull', uniqueName('mq'));
    bull = bullDriver.open(url, 'bull', uniqueName('bull'));
    open.push(mq, bull);
    for (const queue of [mq, bull]) {
      const worker = await queue.work(() => Promise.reject(new Error('planned')));
      await queue.addMany([1, 2].map(() => ({ name: 'n', data: {} })));
      await vi.waitUntil(async () => (await redis.zcard(`bull:${queue.name}:failed`)) === 2, 5_000);
      await worker.close();
      await queue.addMany([1, 2, 3].map(() => ({ name: 'n', data: {} })));
      await queue.add('n', {}, { delay: 60_000 });
    }
    await mq.add('n', {}, { priority: 3 });
    await bull.pause();
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    if (users.length > 0) await redis.call('ACL', 'DELUSER', ...users);
    redis.disconnect();
    vi.restoreAllMocks();
  });

  const lookAs = async (...rules: string[]) => {
    const user = uniqueName('user');
    users.push(user);
    await redis.call('ACL', 'SETUSER', user, 'on', '>secret', '~*', '&*', '+@all', ...rules);
    const watch = new RedisWatch(sourceOf(url.replace('//', `//${user}:secret@`)), silentLog);
    open.push(watch);
    expect(watch.address).not.toContain('secret');
    const looker = await new Looker(watch).start();
    return { looker, reading: await looker.look() };
  };

  test('without scripts the same figures come from plain reads', async () => {
    const { looker: plain } = await lookAs('-@scripting');
    const { looker: scripted } = await lookAs();
    for (const { name } of [mq, bull]) {
      const [one, two] = [plain, scripted].map((looker) => looker.newest.get(name));
      const { at, oldestWaitingMs, oldest, ...rest } = one ?? {};
      expect(two).toMatchObject(rest);
      expect(
        Math.abs((at ?? 0) - (two?.at ?? 0) - ((oldestWaitingMs ?? 0) - (two?.oldestWaitingMs ?? 0))),
      ).toBeLessThan(5);
      expect(one?.counts.failed).toBe(2);
      const ages = (from: typeof oldest) => Object.entries(from ?? {}).map(([state, age]) => [state, age === null]);
      expect(ages(oldest)).toEqual(ages(two?.oldest));
      expect(oldest?.delayedDueAt).toBe(two?.oldest?.delayedDueAt);
    }
    expect(plain.newest.get(mq.name)?.counts).toMatchObject({ waiting: 3, delayed: 1, prioritized: 1, paused: 0 });
    expect(plain.newest.get(bull.name)).toMatchObject({
      isPaused: true,
      counts: { waiting: 0, paused: 3, delayed: 1, prioritized: null },
    });
    expect(plain.newest.get(mq.name)?.oldestWaitingMs).not.toBeNull();
  });

  test('without CLIENT LIST the number of workers is unknown, not zero', async () => {
    const { looker } = await lookAs('-client|list');
    expect(looker.newest.get(mq.name)?.workers).toBeNull();
    expect(looker.newest.get(mq.name)?.counts.failed).toBe(2);
  });

  test('without INFO the broker’s facts are unknown', async () => {
    const { reading } = await lookAs('-info');
    expect(reading.facts).toMatchObject({
      version: null,
      usedMemoryBytes: null,
      connectedClients: null,
      ownCost: { cpuPercent: null },
    });
    expect(reading.facts.readMs).not.toBeNull();
  });

  test('without the right to hear channels all of Bull’s time is a gap with its reason', async () => {
    const { looker } = await lookAs('resetchannels');
    await looker.look();
    expect(looker.gaps.length).toBeGreaterThan(0);
    expect(looker.gaps[0]).toMatchObject({
      queue: null,
      reason: expect.stringContaining('does not let Tailback hear'),
    });
  });

  test.each(NO_MARKS)(
    'on one server, that nothing is on its way is proven without marks, too ($because)',
    async ({ rules }) => {
      const { looker } = await lookAs(...rules);
      looker.gaps.length = 0;
      await bull.resume();
      await bull.add('n', {});
      await looker.lookUntil(() => looker.of(bull.name).arrived === 1);
      expect(looker.gaps).toEqual([]);
    },
  );
});

describe('a user of a Cluster who may not publish the marks that divide Bull’s messages', () => {
  let cluster: TestCluster;
  const open: { close(): Promise<unknown> }[] = [];
  beforeAll(async () => {
    cluster = await startCluster();
    for (const [index, { rules }] of NO_MARKS.entries())
      for (const server of cluster.servers)
        await server.client().call('ACL', 'SETUSER', `user-${index}`, 'on', '>secret', '~*', '&*', '+@all', ...rules);
  }, 30_000);
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await cluster.close();
  });

  test.each(NO_MARKS)(
    '$because: Bull’s figures come, and are marked with why; BullMQ’s are exact',
    async ({ rules }) => {
      const [bull, mq] = [bullDriver, bullMqDriver].map((driver) =>
        driver.open(cluster.url, 'bull', `{${uniqueName('marks')}}`),
      ) as [DriverQueue, DriverQueue];
      open.push(bull, mq);
      for (const queue of [bull, mq]) await queue.add('n', {});
      const user = `user-${NO_MARKS.findIndex((one) => one.rules === rules)}`;
      const looker = await new Looker(
        new RedisWatch(sourceOf(cluster.url.replace('//', `//${user}:secret@`)), silentLog),
      ).start();
      open.push(looker.watch);
      await looker.lookUntil(() => looker.newest.has(bull.name) && looker.newest.has(mq.name));
      looker.gaps.length = 0;
      const from = Date.now();
      for (const queue of [bull, mq]) {
        await queue.work(() => Promise.resolve(1));
        await queue.add('n', {});
      }
      await looker.lookUntil(() => [bull, mq].every(({ name }) => looker.of(name).completed === 2));
      const reason = expect.stringMatching(/does not let Tailback prove that all have come \(NOPERM .*\)/) as string;
      expect(looker.gaps.length).toBeGreaterThan(0);
      for (const gap of looker.gaps) expect(gap).toMatchObject({ queue: null, reason });
      // No moment of it is left out.
      const ends = looker.gaps.map((gap) => gap.to);
      for (const gap of looker.gaps.slice(1)) expect(ends).toContain(gap.from);
      expect(looker.gaps[0]?.from).toBeLessThanOrEqual(from + 50);
      // It is not waited for what cannot come.
      const start = performance.now();
      await looker.look();
      expect(performance.now() - start).toBeLessThan(250);
    },
  );
});

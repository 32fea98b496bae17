import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { emptyDatabase, Looker, silentLog, sourceOf, uniqueName } from '../../testing/looker';
import { bullDriver, bullMqDriver } from '../../testing/queue-drivers';
import type { DriverQueue } from '../../testing/queue-driver';
import { RedisWatch } from './redis-watch';

const DATABASE = 9;

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
});

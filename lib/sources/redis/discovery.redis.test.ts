import Bull from 'bull';
import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RedisSourceConfig } from '../../config/config';
import { toQueueKey } from '../../domain/queue-key';
import {
  databaseUrl,
  emptyDatabase,
  Looker,
  silentLog,
  sleep,
  sourceOf,
  uniqueName,
  until,
} from '../../testing/looker';
import { connectionOf } from '../../testing/queue-drivers';
import { RedisWatch, type WatchOptions } from './redis-watch';

const DATABASE = 7;
const OTHER_DATABASE = 8;
const NEW_QUEUE_LIMIT_MS = 5_000;

describe('finding queues', () => {
  let url: string;
  let redis: Redis;
  let other: Redis;
  const open: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    ({ url, redis } = await emptyDatabase(DATABASE));
    other = (await emptyDatabase(OTHER_DATABASE)).redis;
  });
  beforeEach(async () => {
    await closeAll();
    await redis.flushdb();
  });
  afterAll(async () => {
    await closeAll();
    redis.disconnect();
    other.disconnect();
  });

  const closeAll = () => Promise.all(open.splice(0).map((one) => one.close()));
  const newLooker = (config: Partial<RedisSourceConfig> = {}, options: WatchOptions = {}) => {
    const watch = new RedisWatch(sourceOf(url, config), silentLog, options);
    open.push(watch);
    return new Looker(watch).start();
  };
  const bull = (name: string, prefix = 'bull', at = url) => {
    const { host, port, db } = connectionOf(at);
    const queue = new Bull(name, { prefix, redis: { host, port, db } });
    open.push({ close: () => queue.close(true) });
    return queue;
  };
  const bullMq = (name: string, prefix = 'bull') => {
    const queue = new Queue(name, { prefix, connection: connectionOf(url) });
    open.push(queue);
    return queue;
  };
  const idsOf = (looker: Looker) =>
    [...looker.newest.values()].map(({ id, kind }) => [kind, id.namespace, id.name]).sort();

  test('queues that a collector before knew are there at the first look, however many keys there are', async () => {
    const names = ['known', 'gone'].map(uniqueName) as [string, string];
    await bull(names[0]).add({});
    const fill = `for n = 1, 20000 do redis.call('SET', 'other-' .. ARGV[1] .. '-' .. n, 1) end`;
    for (let part = 0; part < 20; part += 1) await redis.eval(fill, 0, part);
    const watch = new RedisWatch(sourceOf(url), silentLog);
    open.push(watch);
    const keyOf = (name: string) => toQueueKey({ source: 'main', namespace: 'bull', name });
    watch.resumeFrom(Object.fromEntries(names.map((name) => [keyOf(name), '0-0'])));
    const { readings, facts } = await until(() => watch.look().catch(() => null));
    expect(readings.map(({ id }) => id.name)).toEqual([names[0]]);
    expect(facts.scan.lastCompletedAt).toBeNull();
  });

  test('all queues are found with no names given, whatever their prefix and name', async () => {
    const [plain, colons, tagged, deep, none, custom] = ['plain', 'a:b:c', 'tagged', 'deep', 'none', 'custom'].map(
      uniqueName,
    ) as [string, string, string, string, string, string];
    await bull(plain).add({});
    await bull(colons).add({});
    await bull(custom, 'own').add({});
    await bullMq(tagged, '{bull}').add('n', {});
    await bullMq(deep, 'team:app').add('n', {});
    await bullMq(none, '').add('n', {});
    const looker = await newLooker();
    expect(idsOf(looker)).toEqual(
      [
        ['bull', 'bull', plain],
        ['bull', 'bull', colons],
        ['bull', 'own', custom],
        ['bullmq', '{bull}', tagged],
        ['bullmq', 'team:app', deep],
        ['bullmq', '', none],
      ].sort(),
    );
    for (const { counts } of looker.newest.values()) expect(counts.waiting).toBe(1);
  });

  test('a Bull prefix with colons is told by the configuration, or by a connected worker', async () => {
    const name = uniqueName('deep');
    await bull(name, 'team:jobs').add({});
    const configured = await newLooker({ prefixes: ['team:jobs'] });
    expect(idsOf(configured)).toEqual([['bull', 'team:jobs', name]]);
    const worker = bull(name, 'team:jobs');
    void worker.process(() => Promise.resolve());
    await until(async () => String(await redis.client('LIST')).includes('name=team:jobs:'));
    expect(idsOf(await newLooker())).toEqual([['bull', 'team:jobs', name]]);
  });

  test('keys that only look like a queue’s are none', async () => {
    await redis.set('user:42:id', '17');
    await redis.hset('user:42:meta', 'version', '1.2', 'name', 'Ada');
    await redis.hset('app:meta', 'version', 'bullmq:6.0.0');
    await redis.set('x:y:meta', 'text');
    await redis.lpush('x:z:id', '1');
    await redis.set('session:id', '1');
    await redis.set('bull', '1');
    await redis.set('bull:id', '1');
    const looker = await newLooker();
    await looker.look();
    expect(idsOf(looker)).toEqual([]);
  });

  test('a key of a foreign type costs only its own queue, and no other its events', async () => {
    const [good, bad] = [uniqueName('good'), uniqueName('bad')];
    await bullMq(good).add('n', {});
    await bullMq(bad).add('n', {});
    await redis.set(`bull:${bad}:failed`, 'text');
    await redis.del(`bull:${bad}:events`);
    await redis.set(`bull:${bad}:events`, 'text');
    const looker = await newLooker();
    await looker.look();
    expect(looker.newest.get(good)?.counts.waiting).toBe(1);
    expect(looker.of(good).arrived).toBe(1);
    expect(looker.newest.has(bad)).toBe(false);
  });

  describe('a new queue shows within 5 s', () => {
    const shows = async (looker: Looker, name: string) => {
      const start = Date.now();
      await until(async () => {
        await looker.look();
        return looker.newest.has(name);
      }, NEW_QUEUE_LIMIT_MS);
      return Date.now() - start;
    };

    test('by its first event, none of which is lost', async () => {
      const looker = await newLooker();
      const name = uniqueName('event');
      const queue = bull(name);
      void queue.process(() => Promise.resolve());
      await queue.add({});
      await queue.add({}, { delay: 60_000 });
      // Over before anybody looks: only what was heard before the queue was known can tell.
      await until(async () => (await redis.zcard(`bull:${name}:completed`)) === 1);
      await sleep(50);
      expect(await shows(looker, name)).toBeLessThan(1_500);
      await looker.lookUntil(() => looker.of(name).completed === 1);
      expect(looker.of(name)).toMatchObject({ arrived: 2, started: 1, completed: 1 });
    });

    test('by a connected worker', async () => {
      const looker = await newLooker();
      const name = uniqueName('worker');
      const queue = bull(name, 'elsewhere');
      void queue.process(() => new Promise(() => undefined));
      await queue.add({});
      await shows(looker, name);
      expect(looker.newest.get(name)?.id.namespace).toBe('elsewhere');
    });

    test('by the scan alone, with all of its events', async () => {
      const looker = await newLooker();
      const name = uniqueName('scan');
      await bullMq(name, 'unheard').addBulk([
        { name: 'n', data: {} },
        { name: 'n', data: {}, opts: { delay: 60_000 } },
      ]);
      await shows(looker, name);
      expect(looker.of(name).arrived).toBe(2);
    });
  });

  test('a queue that has workers and never had a job is listed, with no job in any state, and nothing is written', async () => {
    const [plain, tagged] = [uniqueName('plain'), uniqueName('tagged')];
    void bull(plain, 'team:jobs').process(() => Promise.resolve());
    const worker = new Worker(tagged, () => Promise.resolve(), { connection: connectionOf(url) });
    open.push(worker);
    const looker = await newLooker({}, { recheckMs: 100 });
    await looker.lookUntil(() => looker.newest.size === 2);
    const keysBefore = (await redis.keys('*')).sort();
    await looker.look();
    expect((await redis.keys('*')).sort()).toEqual(keysBefore);
    expect(looker.newest.get(plain)).toMatchObject({
      id: { namespace: 'team:jobs', name: plain },
      ...{ kind: 'bull', knownBy: 'workers', workers: 1, readOnlyReason: null },
      counts: { waiting: 0, active: 0, delayed: 0, completed: 0, failed: 0 },
    });
    expect(looker.newest.get(tagged)).toMatchObject({
      id: { namespace: 'bull', name: tagged },
      ...{ kind: 'bullmq', knownBy: 'workers', workers: 1, readOnlyReason: expect.stringContaining('cannot be told') },
    });

    await bull(plain, 'team:jobs').add({});
    await bullMq(tagged).add('n', {});
    await looker.lookUntil(() => [plain, tagged].every((name) => looker.of(name).completed === 1));
    await looker.lookUntil(() => looker.newest.get(tagged)?.readOnlyReason === null);
    for (const name of [plain, tagged]) {
      expect(looker.of(name)).toMatchObject({ arrived: 1, started: 1, completed: 1 });
      expect(looker.newest.get(name)?.knownBy).toBeUndefined();
    }
    expect(looker.removed).toEqual([]);
  }, 20_000);

  test('an obliterated queue goes, and one that comes again under its name is new', async () => {
    const [gone, stays, older] = [uniqueName('gone'), uniqueName('stays'), uniqueName('bull')];
    const queue = bullMq(gone);
    await queue.add('n', {});
    await bullMq(stays).add('n', {});
    const bullQueue = bull(older);
    await bullQueue.add({});
    const looker = await newLooker({}, { recheckMs: 500 });
    expect(looker.newest.size).toBe(3);
    await queue.obliterate({ force: true });
    await bullQueue.obliterate({ force: true });
    await looker.lookUntil(() => looker.removed.length === 2);
    expect([...looker.removed].sort()).toEqual([gone, older].sort());
    expect((await looker.look()).removed).toEqual([]);
    looker.newest.delete(gone);
    await queue.addBulk([1, 2, 3].map(() => ({ name: 'n', data: {} })));
    await redis.hset(`bull:${gone}:meta`, 'version', 'bullmq:6.7.0');
    const before = looker.of(gone).arrived;
    await looker.lookUntil(() => looker.newest.has(gone));
    expect(looker.of(gone).arrived - before).toBe(3);
  });

  test('a version that is unknown or that we carry no scripts of is watched, and says why it is not written to', async () => {
    const [unknown, future, pro, six] = ['unknown', 'future', 'pro', 'six'].map(uniqueName) as [
      string,
      string,
      string,
      string,
    ];
    for (const name of [unknown, future, pro, six]) await bullMq(name).add('n', {});
    await closeAll();
    await redis.hdel(`bull:${unknown}:meta`, 'version');
    await redis.hset(`bull:${future}:meta`, 'version', 'bullmq:7.0.0');
    await redis.hset(`bull:${pro}:meta`, 'version', 'bullmq-pro:7.1.0');
    const looker = await newLooker({}, { recheckMs: 300 });
    const reasonOf = (name: string) => looker.newest.get(name)?.readOnlyReason;
    expect(reasonOf(unknown)).toContain('cannot be told');
    expect(reasonOf(future)).toContain('bullmq:7.0.0');
    expect(reasonOf(pro)).toContain('bullmq-pro:7.1.0');
    expect(reasonOf(six)).toBeNull();
    expect(looker.newest.get(unknown)?.version).toBeNull();
    await redis.hset(`bull:${six}:meta`, 'version', 'bullmq:8.0.0');
    await looker.lookUntil(() => reasonOf(six) !== null);
    expect(reasonOf(six)).toContain('bullmq:8.0.0');
    expect((await newLooker({ readOnly: true })).newest.get(future)?.readOnlyReason).toContain('read-only');
  });

  test('200,000 foreign keys, half of them look-alikes, slow no look down and hide no queue', async () => {
    await redis.eval(
      "for i = 1, 100000 do redis.call('SET', 'user:' .. i .. ':id', i) redis.call('SET', 'cache:' .. i, i) end",
      0,
    );
    const name = uniqueName('hidden');
    await bullMq(name, 'rare').add('n', {});
    const looker = await newLooker();
    const times: number[] = [];
    for (let n = 0; n < 60 && !looker.newest.has(name); n += 1) {
      const start = performance.now();
      await looker.look();
      times.push(performance.now() - start);
    }
    expect(looker.newest.has(name)).toBe(true);
    // A quarter of the looks at least: other tests share the two cores.
    expect(times.sort((a, b) => a - b)[Math.floor(times.length / 4)] ?? 0).toBeLessThan(100);
    const usec = Number(/cmdstat_scan:.*usec_per_call=([\d.]+)/.exec(await redis.info('commandstats'))?.[1]);
    expect(usec).toBeLessThan(5_000);
    const reading = await looker.look();
    expect(reading.facts.scan.keys).toBeGreaterThan(200_000);
    expect(looker.newest.size).toBe(1);
  }, 60_000);

  test('a Bull queue of the same name in another database marks the figures, since its events cannot be told apart', async () => {
    const [shared, own] = [uniqueName('shared'), uniqueName('own')];
    await bull(shared).add({});
    await bull(own).add({});
    const looker = await newLooker();
    await looker.look();
    const others = (of: Looker) => of.gaps.filter(({ reason }) => !reason.startsWith('The collector was started'));
    expect(others(looker)).toEqual([]);
    await looker.watch.close();
    const elsewhere = bull(shared, 'bull', databaseUrl(OTHER_DATABASE));
    await elsewhere.add({});
    const second = await newLooker();
    await sleep(50);
    await second.look();
    expect(others(second).length).toBeGreaterThan(0);
    for (const gap of others(second))
      expect(gap).toMatchObject({ queue: { name: shared }, reason: expect.stringContaining('Another database') });
    await other.flushdb();
  });

  test('workers are counted by queue and database', async () => {
    const name = uniqueName('workers');
    const queue = bullMq(name);
    await queue.add('n', {}, { delay: 60_000 });
    const workers = [1, 2].map(
      (n) =>
        new Worker(name, () => Promise.resolve(), {
          connection: connectionOf(url),
          ...(n === 2 ? { name: 'second' } : {}),
        }),
    );
    open.push(...workers);
    const elsewhere = new Worker(name, () => Promise.resolve(), {
      connection: connectionOf(databaseUrl(OTHER_DATABASE)),
    });
    open.push(elsewhere);
    await Promise.all([...workers, elsewhere].map((worker) => worker.waitUntilReady()));
    await until(
      async () => String(await redis.client('LIST')).split(`bull:${Buffer.from(name).toString('base64')}`).length >= 4,
    );
    const looker = await newLooker();
    expect(looker.newest.get(name)?.workers).toBe(2);
  });
});

import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, Looker, silentLog, sleep, sourceOf, uniqueName, until } from '../testing/looker';
import type { DriverQueue, QueueDriver } from '../testing/queue-driver';
import { RedisWatch } from './redis/redis-watch';

/** Whose figures they are: what is said of job names, and of what people do to jobs, against what was done. */
export function describeNames(driver: QueueDriver, database: number): void {
  describe(`job names of ${driver.label}`, () => {
    let url: string;
    let redis: Redis;
    const open: { close(): Promise<unknown> }[] = [];

    beforeAll(async () => {
      ({ url, redis } = await emptyDatabase(database));
    });
    afterAll(async () => {
      await Promise.all(open.map((one) => one.close()));
      redis.disconnect();
    });

    const newLooker = async () => {
      const watch = new RedisWatch(sourceOf(url), silentLog);
      open.push(watch);
      return new Looker(watch).start();
    };
    const newKnownQueue = async (word: string): Promise<DriverQueue> => {
      const queue = driver.open(url, 'bull', uniqueName(word));
      open.push(queue);
      if (driver.kind === 'bullmq') await until(async () => (await redis.exists(`bull:${queue.name}:meta`)) === 1);
      else await redis.set(`bull:${queue.name}:id`, 0);
      return queue;
    };
    const many = (count: number, name: string, options = {}) =>
      Array.from({ length: count }, () => ({ name, data: {}, options }));

    test('every figure of a job is under its name, and names add up to the queue', async () => {
      const queue = await newKnownQueue('named');
      const looker = await newLooker();
      await queue.work(
        async ({ name, attemptsMade }) => {
          await sleep(5);
          if (name === 'bad' || (name === 'shaky' && attemptsMade === 0)) throw new Error('planned');
        },
        { concurrency: 4 },
      );
      const long = 'x'.repeat(300);
      await queue.addMany([
        ...many(12, 'mail'),
        ...many(3, 'bad'),
        ...many(4, 'shaky', { attempts: 2 }),
        ...many(1, long),
        ...many(2, 'späte Rechnung: <b>', { delay: 300 }),
      ]);
      const seen = () => looker.of(queue.name);
      await looker.lookUntil(() => seen().completed + seen().failed === 22);
      const cut = long.slice(0, 200);
      expect(seen().byName).toMatchObject({
        'arrived mail': 12,
        'arrived bad': 3,
        'arrived shaky': 4,
        [`arrived ${cut}`]: 1,
        'started mail': 12,
        'started shaky': 8,
        'completed mail': 12,
        'completed shaky': 4,
        'completed späte Rechnung: <b>': 2,
        'attempt-failed shaky': 4,
        'failed bad': 3,
        [`completed ${cut}`]: 1,
      });
      expect(seen()).toMatchObject({ arrived: 22, started: 26, completed: 19, failed: 3, failedAttempts: 4 });
      expect(Object.keys(seen().byName)).not.toContain('completed');
    });

    test('jobs that were added before anybody listened get their names from their hashes', async () => {
      const queue = await newKnownQueue('before');
      await queue.addMany([...many(5, 'mail'), ...many(5, 'fax')]);
      if (driver.kind === 'bullmq') await redis.del(`bull:${queue.name}:events`);
      const looker = await newLooker();
      await queue.work(() => Promise.resolve(1));
      await looker.lookUntil(() => looker.of(queue.name).completed === 10);
      expect(looker.of(queue.name).byName).toMatchObject({ 'completed mail': 5, 'completed fax': 5 });
    });

    test('names beyond the budget of a look are unknown; the queue’s totals stay exact', async () => {
      const queue = await newKnownQueue('flood');
      const looker = await newLooker();
      await queue.addMany(many(1_500, 'mail'));
      await queue.work(() => Promise.resolve(1), { concurrency: 50 });
      await until(async () => (await redis.zcard(`bull:${queue.name}:completed`)) === 1_500, 15_000);
      await looker.lookUntil(() => looker.of(queue.name).completed === 1_500);
      const { byName, ...seen } = looker.of(queue.name);
      expect(seen).toMatchObject({ arrived: 1_500, started: 1_500, completed: 1_500, failed: 0 });
      const named = byName['completed mail'] ?? 0;
      if (driver.kind === 'bullmq') expect(named).toBe(1_500);
      else expect(named).toBeGreaterThanOrEqual(500);
      expect(driver.kind === 'bullmq' || named < 1_500).toBe(true);
      expect(named + (byName['completed'] ?? 0)).toBe(1_500);
    });

    test('a job that is gone a moment after it finished is under its name too', async () => {
      const queue = await newKnownQueue('gone');
      const looker = await newLooker();
      await queue.work(() => sleep(300), { concurrency: 20 });
      const options = { removeOnComplete: true };
      await queue.addMany([...many(12, 'mail', options), ...many(6, 'fax', options)]);
      await until(async () => (await redis.keys(`bull:${queue.name}:[0-9]*`)).length === 0);
      await looker.lookUntil(() => looker.of(queue.name).completed === 18);
      expect(looker.of(queue.name).byName).toMatchObject({ 'completed mail': 12, 'completed fax': 6 });
    });

    test('what people bring back counts as retried, what is put off as delayed', async () => {
      const queue = await newKnownQueue('again');
      const looker = await newLooker();
      let isBad = true;
      await queue.work(({ name }) =>
        isBad && name !== 'later' ? Promise.reject(new Error('planned')) : Promise.resolve(1),
      );
      const [id = ''] = await queue.addMany([...many(1, 'mail'), ...many(1, 'fax')]);
      const seen = () => looker.of(queue.name);
      await looker.lookUntil(() => seen().failed === 2);
      expect(seen()).toMatchObject({ retried: 0, delayed: 0 });
      await queue.retry(id);
      await looker.lookUntil(() => seen().failed === 3);
      isBad = false;
      await queue.retry(id);
      await looker.lookUntil(() => seen().completed === 1);
      await queue.addMany(many(3, 'later', { delay: 400 }));
      await looker.lookUntil(() => seen().completed === 4);
      expect(seen()).toMatchObject({ arrived: 5, started: 7, retried: 2, delayed: 3, removed: 0 });
      expect(seen().byName).toMatchObject({ 'retried mail': 2, 'completed mail': 1, 'completed later': 3 });
    });

    test('a failed attempt that waits for its next try is delayed once', async () => {
      const queue = await newKnownQueue('putoff');
      const looker = await newLooker();
      await queue.work(({ attemptsMade }) =>
        attemptsMade === 0 ? Promise.reject(new Error('planned')) : Promise.resolve(1),
      );
      const backoff = { type: 'fixed', delay: 1_500 };
      await queue.addMany([...many(2, 'mail', { attempts: 2, backoff }), ...many(2, 'fax', { attempts: 2 })]);
      await looker.lookUntil(() => looker.of(queue.name).completed === 4);
      expect(looker.of(queue.name)).toMatchObject({ delayed: 2, failedAttempts: 4, retried: 0 });
      expect(looker.of(queue.name).byName).toMatchObject({ 'delayed mail': 2 });
    });

    test(
      driver.kind === 'bull' ? 'Bull does not say what is removed' : 'removed jobs are counted under their names',
      async () => {
        const queue = await newKnownQueue('removed');
        const looker = await newLooker();
        const ids = await queue.addMany(many(3, 'mail', { delay: 3_600_000 }));
        await looker.lookUntil(() => looker.of(queue.name).arrived === 3);
        for (const id of ids.slice(0, 2)) await queue.remove(id);
        await until(async () => (await redis.zcard(`bull:${queue.name}:delayed`)) === 1);
        await looker.look();
        await looker.look();
        const { removed, byName } = looker.of(queue.name);
        expect(removed).toBe(driver.kind === 'bull' ? 0 : 2);
        expect(byName['removed mail']).toBe(driver.kind === 'bull' ? undefined : 2);
      },
    );

    if (driver.kind === 'bull')
      test('a queue that uses no names costs a read for few of its jobs, until one has a name', async () => {
        const queue = await newKnownQueue('plain');
        const looker = await newLooker();
        await queue.work(() => Promise.resolve(1), { concurrency: 20 });
        const plain = '__default__';
        let reads = 0;
        open.push(
          await monitor(url, (line) => {
            if (line.toLowerCase().includes(`"hmget" "bull:${queue.name}:`) && !line.includes('lua]')) reads += 1;
          }),
        );
        const run = async (jobs: ReturnType<typeof many>) => {
          reads = 0;
          const before = looker.of(queue.name).completed;
          await queue.addMany(jobs);
          await looker.lookUntil(() => looker.of(queue.name).completed === before + jobs.length);
          return reads;
        };
        await run(many(300, plain));
        const sampled = await run(many(300, plain));
        expect(sampled).toBeGreaterThan(0);
        expect(sampled).toBeLessThan(100);
        await run(many(100, 'mail'));
        expect(looker.of(queue.name).byName).toMatchObject({
          [`completed ${plain}`]: 600,
          [`arrived ${plain}`]: 600,
          'completed mail': 100,
        });
      });
  });
}

/** Tells of every command that the server runs; by a bare socket, since the client takes the lines of scripts for errors. */
function monitor(url: string, onLine: (line: string) => void): Promise<{ close(): Promise<void> }> {
  const { hostname, port } = new URL(url);
  const socket = createConnection(Number(port), hostname, () => socket.write('MONITOR\r\n'));
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    createInterface(socket).on('line', (line) => {
      if (line === '+OK') resolve({ close: () => new Promise((closed) => socket.end(() => closed())) });
      else onLine(line);
    });
  });
}

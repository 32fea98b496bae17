import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, sleep, uniqueName, until } from '../testing/looker';
import { Operator } from '../testing/operator';
import type { DriverQueue, QueueDriver } from '../testing/queue-driver';

/** Clearings of whole queues as operations, on real queues of a real library. */
export function describeClearings(driver: QueueDriver, database: number): void {
  describe(`clearings of ${driver.label}`, () => {
    let url: string;
    let redis: Redis;
    let ops: Operator;
    const open: DriverQueue[] = [];

    beforeAll(async () => {
      ({ url, redis } = await emptyDatabase(database));
      ops = new Operator(redis, url);
      ops.runner.start();
    });
    afterAll(async () => {
      await ops.close();
      await Promise.all(open.map((queue) => queue.close()));
      redis.disconnect();
    });

    const filled = async (word: string, count: number, options: object = {}) => {
      const queue = driver.open(url, 'bull', uniqueName(word));
      open.push(queue);
      await queue.addMany(Array.from({ length: count }, (_, n) => ({ name: 'a', data: { n }, options })));
      return { queue, base: `bull:${queue.name}`, ref: await ops.refOf(driver, queue) };
    };

    test('a drain keeps its pace, is paused, resumed and stopped, and leaves one line of its end', async () => {
      const { base, ref } = await filled('drain', 2_000);
      const left = () => redis.llen(`${base}:wait`);
      const lines = ops.audit.length;
      const { id } = await ops.clear(ref, { what: 'drain', delayed: false }, 500);
      await until(async () => (await left()) < 2_000);
      const paused = await ops.all.wish(id, 'pause');
      expect(paused).toMatchObject({ state: 'paused', counts: { of: 2_000 } });
      expect(paused.counts.done).toBe(2_000 - (await left()));
      expect(paused.counts.done).toBeLessThan(1_500);
      await sleep(600);
      expect(await left()).toBe(2_000 - paused.counts.done);
      expect((await ops.all.wish(id, 'resume')).state).toBe('running');
      await until(async () => (await left()) < 2_000 - paused.counts.done);
      const stopped = await ops.all.wish(id, 'stop');
      await sleep(600);
      expect(await left()).toBe(2_000 - stopped.counts.done);
      await until(() => ops.audit.length > lines);
      expect(ops.audit.slice(lines)).toMatchObject([
        { action: 'drain', outcome: 'partly', jobCount: stopped.counts.done },
      ]);
    });

    test('a drain ends although jobs go on coming, and says how many came', async () => {
      const { queue, base, ref } = await filled('coming', 600);
      const { id } = await ops.clear(ref, { what: 'drain', delayed: false }, 500);
      await until(async () => ((await ops.store.load(id))?.operation.counts.done ?? 0) > 0);
      await queue.addMany(Array.from({ length: 500 }, () => ({ name: 'late', data: {} })));
      const done = await ops.reached(id, ['done', 'failed']);
      const left = await redis.llen(`${base}:wait`);
      expect(done.counts.done + left).toBe(1_100);
      expect(done.counts.done).toBeLessThan(1_100);
      expect(done.note).toBe(`${left} jobs came meanwhile and stay.`);
    });

    test('old jobs are cleaned, younger ones stay', async () => {
      const { queue, base, ref } = await filled('clean', 300);
      const worker = await queue.work(() => Promise.reject(new Error('card declined')), { concurrency: 20 });
      await until(async () => (await redis.zcard(`${base}:failed`)) === 300, 20_000);
      await worker.close();
      const old = Date.now() - 7_200_000;
      const ids = await redis.zrange(`${base}:failed`, 0, 249);
      for (const id of ids)
        await redis.multi().zadd(`${base}:failed`, old, id).hset(`${base}:${id}`, 'finishedOn', old).exec();
      const { id } = await ops.clear(ref, { what: 'clean', state: 'failed', olderThanMs: 3_600_000 });
      expect(await ops.reached(id, ['done', 'failed'])).toMatchObject({
        state: 'done',
        counts: { of: 250, done: 250, failed: 0, skipped: 0 },
      });
      expect(await redis.zcard(`${base}:failed`)).toBe(50);
    });

    test('an obliterate is refused while jobs are active, and leaves no key where none is', async () => {
      const { queue, base, ref } = await filled('obliterate', 400);
      let release: () => void = () => undefined;
      const worker = await queue.work(() => new Promise<void>((resolve) => (release = resolve)));
      await until(async () => (await redis.llen(`${base}:active`)) === 1);
      const gentle = { what: 'obliterate', force: false } as const;
      await expect(ops.clear(ref, gentle)).rejects.toMatchObject({ code: 'unsupported' });
      expect(await redis.llen(`${base}:wait`)).toBe(399);
      await queue.pause();
      release();
      await until(async () => (await redis.llen(`${base}:active`)) === 0);
      await worker.close();
      await queue.close();
      open.splice(open.indexOf(queue), 1);
      const { id } = await ops.clear(ref, gentle);
      expect(await ops.reached(id, ['done', 'failed'])).toMatchObject({
        state: 'done',
        counts: { of: 400, done: 400 },
      });
      expect(await redis.keys(`${base}:*`)).toEqual([]);
    });

    test('nothing is begun on a queue that is only watched', async () => {
      const { base, ref } = await filled('watched', 3);
      const watched = { ...ref, readOnlyReason: 'only watched' };
      await expect(ops.clear(watched, { what: 'drain', delayed: true })).rejects.toMatchObject({ code: 'unsupported' });
      expect(await redis.llen(`${base}:wait`)).toBe(3);
    });
  });
}

import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadLetterSchema } from '../domain/dead-letter';
import { emptyDatabase, uniqueName, until } from '../testing/looker';
import { Operator } from '../testing/operator';
import type { DriverQueue, QueueDriver } from '../testing/queue-driver';

/** Jobs are moved to dead letters and back, on real queues of a real library. */
export function describeMoves(driver: QueueDriver, database: number): void {
  describe(`dead letters of ${driver.label}`, () => {
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

    const openQueue = (name: string): DriverQueue => {
      const queue = driver.open(url, 'bull', name);
      open.push(queue);
      return queue;
    };
    const key = (name: string, part: string) => `bull:${name}:${part}`;
    /** A queue with `count` jobs that have failed, of names a and b in turn. */
    const failed = async (count: number) => {
      const queue = openQueue(uniqueName('letters'));
      const ids = await queue.addMany(
        Array.from({ length: count }, (_, n) => ({
          name: n % 2 === 0 ? 'a' : 'b',
          data: { n, deep: { list: [1, null, 'ü'] } },
          options: { attempts: 2, backoff: 7, removeOnComplete: 5 },
        })),
      );
      const worker = await queue.work(() => Promise.reject(new Error('card declined')), { concurrency: 20 });
      await until(async () => (await redis.zcard(key(queue.name, 'failed'))) === count, 20_000);
      await worker.close();
      return { queue, ids, ref: await ops.refOf(driver, queue), to: `${queue.name}-dead-letter` };
    };
    const target = { by: 'query', state: 'failed' } as const;
    const letters = async (name: string) => {
      const ids = await redis.lrange(key(name, 'wait'), 0, -1);
      const texts = await Promise.all(ids.map((id) => redis.hget(key(name, id), 'data')));
      return texts.map((text) => deadLetterSchema.parse(JSON.parse(text ?? '')));
    };

    test('puts away what a search picks, whole, and brings it back as it was', async () => {
      const { queue, ids, ref, to } = await failed(9);
      const moved = await ops.start(ref, { action: 'dead-letter', target: { ...target, query: 'name=b' }, pace: null });
      expect(moved.to).toBe(to);
      expect(await ops.reached(moved.id, ['done', 'failed'])).toMatchObject({
        state: 'done',
        counts: { done: 4, failed: 0, skipped: 0 },
      });
      expect(await redis.zcard(key(queue.name, 'failed'))).toBe(5);
      const lying = await letters(to);
      expect(lying.map(({ data }) => (data as { n: number }).n).sort()).toEqual([1, 3, 5, 7]);
      const first = lying.find(({ data }) => (data as { n: number }).n === 1);
      expect(first).toMatchObject({
        deadLetter: {
          queue: queue.name,
          jobId: ids[1],
          name: 'b',
          failedReason: 'card declined',
          attemptsMade: 2,
          options: { attempts: 2 },
        },
        data: { n: 1, deep: { list: [1, null, 'ü'] } },
      });
      expect(String(first?.deadLetter.stacktrace[0])).toContain('Error: card declined');

      const dead = openQueue(to);
      const seen: { name: string; data: unknown }[] = [];
      const back = await ops.start(await ops.refOf(driver, dead), {
        action: 'bring-back',
        target: { by: 'query', state: 'waiting' },
        pace: null,
        canary: { size: 2 },
      });
      const worker = await queue.work((job) => Promise.resolve(seen.push({ name: job.name, data: job.data })));
      expect(await ops.reached(back.id, ['done', 'failed', 'paused'])).toMatchObject({
        state: 'done',
        canary: { outcome: 'passed', succeeded: 2 },
        counts: { done: 4, failed: 0 },
      });
      await until(() => seen.length === 4);
      await worker.close();
      expect(seen.every(({ name }) => name === 'b')).toBe(true);
      expect(seen.map(({ data }) => data)).toContainEqual({ n: 1, deep: { list: [1, null, 'ü'] } });
      expect(await redis.llen(key(to, 'wait'))).toBe(0);
      const [id] = await redis.zrange(key(queue.name, 'completed'), 0, 0);
      expect(JSON.parse((await redis.hget(key(queue.name, String(id)), 'opts')) ?? '')).toMatchObject({
        attempts: 2,
        removeOnComplete: 5,
      });
      expect(ops.audit.map(({ action }) => action)).toEqual(['dead-letter', 'bring-back']);
    });

    test('goes on after a crash between adding and removing, and takes back what a worker got hold of', async () => {
      const { queue, ids, ref, to } = await failed(2);
      const act = { action: 'dead-letter', state: 'failed', until: Date.now() + 60_000, ids, to } as const;
      const second = String(ids[1]);
      const fields = await redis.hgetall(key(queue.name, second));
      const score = await redis.zscore(key(queue.name, 'failed'), second);
      const results = await ops.desk.bulk.act(ref, act);
      expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
      // As if the process had died before the second was removed.
      await redis.hset(key(queue.name, second), fields);
      await redis.zadd(key(queue.name, 'failed'), String(score), second);
      expect((await ops.desk.bulk.act(ref, act)).map(({ outcome }) => outcome)).toEqual(['skipped', 'done']);
      expect(await redis.llen(key(to, 'wait'))).toBe(2);
      // And a worker, or a person, has set it going again.
      await redis.hset(key(queue.name, second), fields);
      expect((await ops.desk.bulk.act(ref, act))[1]).toMatchObject({ outcome: 'failed' });
      expect(await redis.lrange(key(to, 'wait'), 0, -1)).toEqual([results[0]?.newId]);
    });

    test('refuses what would lose something, with the reason', async () => {
      const { queue, ref, to } = await failed(1);
      const start = (body: object) => ops.start(ref, { action: 'dead-letter', target, pace: null, ...body });
      await expect(start({ to: queue.name })).rejects.toMatchObject({ code: 'unsupported' });
      await expect(start({ target: { by: 'query', state: 'active' } })).rejects.toMatchObject({ code: 'unsupported' });
      await expect(start({ action: 'bring-back' })).rejects.toMatchObject({ code: 'bad-request' });
      await expect(start({ action: 'bring-back', to })).rejects.toMatchObject({ code: 'unsupported' });
      expect(() => start({ action: 'retry', to })).toThrow('dead-letter and bring-back');
      const foreign = uniqueName('foreign');
      if (driver.kind === 'bull') await redis.hset(key(foreign, 'meta'), 'version', 'bullmq:6.7.0');
      else await redis.hset(key(foreign, 'meta'), 'version', 'bullmq:4.1.0');
      await expect(start({ to: foreign })).rejects.toMatchObject({ code: 'unsupported' });
      // Nothing tells where this one came from.
      const other = openQueue(uniqueName('other'));
      const back = await ops.start(ref, {
        action: 'bring-back',
        target,
        pace: null,
        to: (await other.add('a', {}), other.name),
      });
      expect(await ops.reached(back.id, ['done', 'failed'])).toMatchObject({ counts: { done: 0, failed: 1 } });
      expect(await redis.zcard(key(queue.name, 'failed'))).toBe(1);
    });

    test.runIf(driver.kind === 'bullmq')('leaves parents and children of flows where they are', async () => {
      const parents = openQueue(uniqueName('parents'));
      const children = openQueue(uniqueName('children'));
      await parents.addParent('parent', children.name);
      const worker = await children.work(() => Promise.reject(new Error('no')));
      await until(async () => (await redis.zcard(key(children.name, 'failed'))) === 1);
      await worker.close();
      const { id } = await ops.start(await ops.refOf(driver, children), { action: 'dead-letter', target, pace: null });
      await ops.reached(id, ['done', 'failed']);
      const { operation, reasons } = await ops.all.report(id);
      expect(operation.counts).toMatchObject({ done: 0, failed: 1 });
      expect(reasons[0]?.text).toContain('flow');
      expect(await redis.zcard(key(children.name, 'failed'))).toBe(1);
    });
  });
}

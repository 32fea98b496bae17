import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Clearing, ClearingPreview } from '../domain/control';
import type { AppError, ErrorCode } from '../domain/errors';
import { emptyDatabase, refOf, silentLog, sourceOf, uniqueName, until } from '../testing/looker';
import type { DriverQueue, QueueDriver } from '../testing/queue-driver';
import type { ClearingTask } from './controls';
import { RedisDesk } from './redis/redis-desk';
import type { QueueRef } from './source';

/** What every kind of queue must do when it is changed as a whole, shown on real queues of a real library. */
export function describeControls(driver: QueueDriver, database: number): void {
  describe(`${driver.label} as a whole`, () => {
    let url: string;
    let redis: Redis;
    let desk: RedisDesk;
    const open: DriverQueue[] = [];

    beforeAll(async () => {
      ({ url, redis } = await emptyDatabase(database));
      desk = new RedisDesk(sourceOf(url), silentLog);
      await until(() =>
        desk.controls.limits(refOf('bull', { prefix: 'x', name: 'x' })).then(
          () => true,
          () => false,
        ),
      );
    });
    afterAll(async () => {
      await Promise.all(open.map((queue) => queue.close()));
      await desk.close();
      redis.disconnect();
    });

    const openQueue = async (word: string): Promise<{ queue: DriverQueue; ref: QueueRef; base: string }> => {
      const queue = driver.open(url, 'bull', uniqueName(word));
      open.push(queue);
      const base = `bull:${queue.name}`;
      if (driver.kind === 'bullmq') await until(() => redis.hget(`${base}:meta`, 'version'));
      const version = driver.kind === 'bull' ? 'bull' : await redis.hget(`${base}:meta`, 'version');
      return { queue, ref: refOf(driver.kind, queue, version), base };
    };
    const many = (queue: DriverQueue, count: number, options = {}) =>
      queue.addMany(Array.from({ length: count }, (_, n) => ({ name: 'job', data: { n }, options })));
    const task = (clearing: Clearing, at = Date.now() + 1_000): ClearingTask => ({
      ...clearing,
      until: clearing.what === 'clean' ? at - clearing.olderThanMs : at,
    });
    /** All parts of a clearing, each as short as it can be. */
    const clearAll = async (ref: QueueRef, clearing: ClearingTask): Promise<number> => {
      let removed = 0;
      let cursor: string | null = null;
      for (let part = 0; part < 500; part += 1) {
        const step = await desk.controls.clear(ref, clearing, cursor, 1);
        removed += step.removed;
        cursor = step.cursor;
        if (cursor === null) return removed;
      }
      throw new Error('does not end');
    };
    const refuses = async (work: Promise<unknown>, code: ErrorCode) => {
      const error = await work.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect((error as AppError | null)?.code, String(error)).toBe(code);
    };
    const keysOf = async (base: string) => (await redis.keys(`${base}:*`)).sort();

    describe('clean', () => {
      test.each(['completed', 'failed'] as const)(
        'takes %s jobs of an age, counted before, and no other',
        async (state) => {
          const { queue, ref, base } = await openQueue('clean');
          const worker = await queue.work(
            () => (state === 'failed' ? Promise.reject(new Error('no')) : Promise.resolve(1)),
            { concurrency: 20 },
          );
          await many(queue, 600);
          await until(async () => (await redis.zcard(`${base}:${state}`)) === 600, 20_000);
          await worker.close();
          // A third of them ended two hours ago.
          const ids = await redis.zrange(`${base}:${state}`, 0, 299);
          const old = Date.now() - 7_200_000;
          for (const id of ids)
            await redis.multi().zadd(`${base}:${state}`, old, id).hset(`${base}:${id}`, 'finishedOn', old).exec();
          await many(queue, 3);
          const clearing = task({ what: 'clean', state, olderThanMs: 3_600_000 });
          expect(await desk.controls.previewClearing(ref, clearing)).toMatchObject({
            count: 300,
            isAtMost: false,
            refusal: null,
          });
          const first = await desk.controls.clear(ref, clearing, null, 0);
          expect(first.removed).toBeLessThan(300);
          expect(first.left).toBe(300 - first.removed);
          expect(await clearAll(ref, clearing)).toBe(300 - first.removed);
          expect(await redis.zcard(`${base}:${state}`)).toBe(300);
          expect(await redis.exists(`${base}:${ids[0]}`)).toBe(0);
          expect(await redis.llen(`${base}:wait`)).toBe(3);
          expect(await clearAll(ref, task({ what: 'clean', state, olderThanMs: 0 }))).toBe(300);
          expect(await redis.zcard(`${base}:${state}`)).toBe(0);
        },
      );

      test.each(driver.states.filter((state) => ['waiting', 'delayed', 'prioritized'].includes(state)))(
        'takes %s jobs of an age, wherever they stand',
        async (state) => {
          const { queue, ref, base } = await openQueue('clean-wait');
          const options = { delayed: { delay: 3_600_000 }, prioritized: { priority: 3 } }[state as string] ?? {};
          await many(queue, 300, { ...options, timestamp: Date.now() - 7_200_000 });
          await many(queue, 200, options);
          // In a list the old end is looked at; a set is gone through.
          await many(queue, 40, {
            ...options,
            timestamp: Date.now() - 7_200_000,
            ...(state === 'delayed' ? { delay: 9_000_000 } : {}),
          });
          const clearing = task({ what: 'clean', state: state as 'waiting', olderThanMs: 3_600_000 });
          expect(await desk.controls.previewClearing(ref, clearing)).toMatchObject({ count: 540, isAtMost: true });
          const removed = await clearAll(ref, clearing);
          expect(removed).toBeGreaterThanOrEqual(300);
          const key = state === 'waiting' ? `${base}:wait` : `${base}:${state}`;
          const left = state === 'waiting' ? await redis.lrange(key, 0, -1) : await redis.zrange(key, 0, -1);
          expect(left.length).toBe(540 - removed);
          if (state !== 'waiting') expect(removed).toBe(340);
        },
      );

      test('refuses a state that the kind does not have', async () => {
        const { queue, ref } = await openQueue('no-state');
        await queue.add('one', {});
        const clearing = task({ what: 'clean', state: 'prioritized', olderThanMs: 0 });
        if (driver.kind === 'bull') await refuses(desk.controls.previewClearing(ref, clearing), 'unsupported');
        if (driver.kind === 'bull') await refuses(desk.controls.clear(ref, clearing, null, 1), 'unsupported');
        await refuses(desk.controls.clear(ref, task({ what: 'drain', delayed: true }), 'x', 1), 'bad-request');
      });
    });

    describe('drain', () => {
      test('takes what waits, and what is put off when asked for; nothing else', async () => {
        const { queue, ref, base } = await openQueue('drain');
        const worker = await queue.work(({ name }) =>
          name === 'job' ? Promise.resolve(1) : Promise.reject(new Error('no')),
        );
        await many(queue, 5);
        await queue.add('fail', {});
        await until(
          async () => (await redis.zcard(`${base}:failed`)) === 1 && (await redis.zcard(`${base}:completed`)) === 5,
        );
        await worker.close();
        await many(queue, 700);
        await many(queue, 30, { priority: 4 });
        await many(queue, 300, { delay: 3_600_000 });
        const drain = task({ what: 'drain', delayed: false });
        expect(await desk.controls.previewClearing(ref, drain)).toMatchObject({ count: 730, active: 0, refusal: null });
        expect(await clearAll(ref, drain)).toBe(730);
        expect(await redis.zcard(`${base}:delayed`)).toBe(300);
        expect(await clearAll(ref, task({ what: 'drain', delayed: true }))).toBe(300);
        expect(await redis.zcard(`${base}:completed`)).toBe(5);
        expect(await redis.zcard(`${base}:failed`)).toBe(1);
        const hashes = (await keysOf(base)).filter((key) => /:\d+$/.test(key));
        expect(hashes).toHaveLength(6);
      });

      test('takes the jobs of a paused queue, which stays paused', async () => {
        const { queue, ref, base } = await openQueue('drain-paused');
        await queue.pause();
        await many(queue, 260);
        expect(await clearAll(ref, task({ what: 'drain', delayed: false }))).toBe(260);
        expect(await redis.exists(`${base}:meta-paused`, `${base}:meta`)).toBeGreaterThan(0);
        await queue.add('later', {});
        expect((await redis.llen(`${base}:wait`)) + (await redis.llen(`${base}:paused`))).toBe(1);
      });

      test('spares the next job of a scheduler, put off or already waiting, so that it runs on', async () => {
        const { queue, ref, base } = await openQueue('drain-scheduler');
        await queue.schedule('hourly', { pattern: '0 * * * *' }, 'tick', {});
        await queue.schedule('often', { every: 300 }, 'tock', {});
        await many(queue, 50);
        await until(async () => {
          const [, due] = await redis.zrange(`${base}:repeat`, 0, 0, 'WITHSCORES');
          return Number(due) < Date.now();
        });
        // Whoever works promotes what is due; nobody does here, so it is moved as a worker would.
        const [dueId] = await redis.zrange(`${base}:delayed`, 0, 0);
        if (dueId && !(await redis.lrange(`${base}:wait`, 0, -1)).some((id) => id.startsWith('repeat:')))
          await redis.multi().zrem(`${base}:delayed`, dueId).rpush(`${base}:wait`, dueId).exec();
        const drain = task({ what: 'drain', delayed: true });
        const preview: ClearingPreview = await desk.controls.previewClearing(ref, drain);
        expect(preview).toMatchObject({ count: 50, keptForSchedulers: 2, schedulers: 2 });
        expect(await clearAll(ref, drain)).toBe(50);
        let ran = 0;
        const worker = await queue.work(() => Promise.resolve((ran += 1)));
        await until(() => ran >= 3, 15_000);
        await worker.close();
        expect(await redis.zcard(`${base}:repeat`)).toBe(2);
      });
    });

    describe('obliterate', () => {
      test('is refused while jobs are active, and leaves the queue as it was', async () => {
        const { queue, ref, base } = await openQueue('obliterate-active');
        let release: () => void = () => undefined;
        const worker = await queue.work(() => new Promise<void>((resolve) => (release = resolve)));
        await many(queue, 20);
        await until(async () => (await redis.llen(`${base}:active`)) === 1);
        const gentle = task({ what: 'obliterate', force: false });
        expect((await desk.controls.previewClearing(ref, gentle)).refusal).toContain('1 job is being worked on');
        await refuses(desk.controls.clear(ref, gentle, null, 100), 'unsupported');
        expect(await redis.llen(`${base}:wait`)).toBe(19);
        expect(await redis.exists(`${base}:meta-paused`)).toBe(0);
        expect(await redis.hexists(`${base}:meta`, 'paused')).toBe(0);
        const forced = task({ what: 'obliterate', force: true });
        expect(await desk.controls.previewClearing(ref, forced)).toMatchObject({ count: 20, refusal: null });
        expect(await clearAll(ref, forced)).toBe(20);
        expect((await keysOf(base)).filter((key) => !/:(stalled-check|events|marker)$/.test(key))).toEqual([]);
        release();
        await worker.close();
      });

      test('leaves no key, in parts that each take some of it', async () => {
        const { queue, ref, base } = await openQueue('obliterate');
        const worker = await queue.work(() => Promise.resolve(1), { concurrency: 10 });
        await many(queue, 300);
        await until(async () => (await redis.zcard(`${base}:completed`)) === 300);
        await worker.close();
        await many(queue, 300);
        await many(queue, 100, { delay: 3_600_000 });
        await queue.schedule('hourly', { pattern: '0 * * * *' }, 'tick', {});
        const all = task({ what: 'obliterate', force: false });
        expect((await desk.controls.previewClearing(ref, all)).count).toBe(701);
        const first = await desk.controls.clear(ref, all, null, 0);
        expect(first.cursor).not.toBeNull();
        expect(first.removed).toBeGreaterThan(0);
        expect(first.removed).toBeLessThan(701);
        expect(first.removed + (await clearAll(ref, all))).toBe(701);
        expect(await keysOf(base)).toEqual([]);
      });
    });

    describe('limits', () => {
      test('are set, told and taken away; Bull says where its own are', async () => {
        const { queue, ref, base } = await openQueue('limits');
        await queue.add('one', {});
        expect(await desk.controls.limits(ref)).toMatchObject({ concurrency: null, rateLimit: null, limiter: null });
        if (driver.kind === 'bull') {
          expect((await desk.controls.limits(ref)).whyNotChange).toContain('worker');
          await refuses(desk.controls.setLimits(ref, { concurrency: 3 }), 'unsupported');
          await refuses(desk.controls.releaseRateLimit(ref), 'unsupported');
          return;
        }
        await desk.controls.setLimits(ref, { concurrency: 3, rateLimit: { max: 5, durationMs: 60_000 } });
        expect(await redis.hmget(`${base}:meta`, 'concurrency', 'max', 'duration')).toEqual(['3', '5', '60000']);
        expect(await desk.controls.limits(ref)).toMatchObject({
          concurrency: 3,
          rateLimit: { max: 5, durationMs: 60_000 },
          whyNotChange: null,
        });
        await desk.controls.setLimits(ref, { concurrency: null });
        expect(await desk.controls.limits(ref)).toMatchObject({ concurrency: null, rateLimit: { max: 5 } });
        await desk.controls.setLimits(ref, { rateLimit: null });
        expect(await redis.hmget(`${base}:meta`, 'concurrency', 'max', 'duration')).toEqual([null, null, null]);
      });

      if (driver.kind === 'bullmq')
        test('hold real workers back, and let go when the running interval is ended', async () => {
          const { queue, ref } = await openQueue('limiter');
          await desk.controls.setLimits(ref, { rateLimit: { max: 2, durationMs: 600_000 } });
          let ran = 0;
          const worker = await queue.work(() => Promise.resolve((ran += 1)));
          await many(queue, 6);
          await until(async () => (await desk.controls.limits(ref)).limiter?.isHolding);
          expect(ran).toBe(2);
          await desk.controls.setLimits(ref, { rateLimit: null });
          await desk.controls.releaseRateLimit(ref);
          expect((await desk.controls.limits(ref)).limiter).toBeNull();
          await worker.close();
          const again = await queue.work(() => Promise.resolve((ran += 1)));
          await until(() => ran === 6);
          await again.close();
        });
    });

    test('nothing is done to a queue that is only watched, and looking changes no key', async () => {
      const { queue, ref, base } = await openQueue('watched');
      await many(queue, 3);
      await queue.schedule('hourly', { pattern: '0 * * * *' }, 'tick', {});
      // Not DUMP: the order of a hash's fields is nobody's promise.
      const read = async (key: string): Promise<unknown> => {
        const type = await redis.type(key);
        if (type === 'hash') return redis.hgetall(key);
        if (type === 'list') return redis.lrange(key, 0, -1);
        if (type === 'zset') return redis.zrange(key, 0, -1, 'WITHSCORES');
        return type === 'stream' ? redis.xrange(key, '-', '+') : redis.get(key);
      };
      const dump = async () => Promise.all((await keysOf(base)).map(async (key) => [key, await read(key)]));
      const before = await dump();
      const watched = { ...ref, readOnlyReason: 'only watched' };
      await refuses(desk.controls.setLimits(watched, { concurrency: 1 }), 'unsupported');
      await refuses(desk.controls.clear(watched, task({ what: 'drain', delayed: true }), null, 10), 'unsupported');
      await desk.controls.limits(ref);
      for (const clearing of [
        { what: 'drain', delayed: true },
        { what: 'obliterate', force: true },
        { what: 'clean', state: 'failed', olderThanMs: 0 },
      ] as const)
        await desk.controls.previewClearing(ref, task(clearing));
      await desk.schedulers.counts([ref]);
      for (const { id, jobKey } of await desk.schedulers.list(ref, 0, 10)) {
        await desk.schedulers.get(ref, id);
        await desk.schedulers.keptRuns(ref, jobKey, [Date.now()]);
      }
      expect(await dump()).toEqual(before);
    });
  });
}

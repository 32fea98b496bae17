import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobAction } from '../domain/action';
import type { JobState } from '../domain/queue';
import { emptyDatabase, sleep, uniqueName, until } from '../testing/looker';
import { Operator } from '../testing/operator';
import type { DriverQueue, QueueDriver } from '../testing/queue-driver';
import { preview } from './preview';

/** What operations do, on real queues of a real library. */
export function describeOperations(driver: QueueDriver, database: number): void {
  describe(`operations on ${driver.label}`, () => {
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

    const openQueue = (word: string): DriverQueue => {
      const queue = driver.open(url, 'bull', uniqueName(word));
      open.push(queue);
      return queue;
    };
    const setOf = (queue: DriverQueue, state: JobState) => `bull:${queue.name}:${state === 'waiting' ? 'wait' : state}`;
    const sizeOf = async (queue: DriverQueue, state: JobState): Promise<number> => {
      const key = setOf(queue, state);
      return (await redis.type(key)) === 'list' ? redis.llen(key) : redis.zcard(key);
    };
    /** `count` jobs that have failed (names a and b in turn), or completed. */
    const finished = async (queue: DriverQueue, count: number, state: 'failed' | 'completed' = 'failed') => {
      const ids = await queue.addMany(
        Array.from({ length: count }, (_, n) => ({ name: n % 2 === 0 ? 'a' : 'b', data: { n } })),
      );
      const worker = await queue.work(
        async () => {
          if (state === 'failed') throw new Error('card declined');
          return 'fine';
        },
        { concurrency: 20 },
      );
      await until(async () => (await sizeOf(queue, state)) === count, 20_000);
      await worker.close();
      return ids;
    };

    test('retries every failed job with the script for many, and none that fails later', async () => {
      const queue = openQueue('all');
      await finished(queue, 120);
      const ref = await ops.refOf(driver, queue);
      const { id, until: frozenAt } = await ops.start(ref, {
        action: 'retry',
        target: { by: 'query', state: 'failed' },
        pace: 200,
      });
      await redis.zadd(setOf(queue, 'failed'), frozenAt + 5, 'late');
      const operation = await ops.reached(id, ['done', 'failed']);
      expect(operation).toMatchObject({ state: 'done', counts: { of: 120, done: 120, failed: 0, skipped: 0 } });
      expect(await sizeOf(queue, 'waiting')).toBe(120);
      expect(await redis.zrange(setOf(queue, 'failed'), 0, -1)).toEqual(['late']);
      const line = ops.audit.at(-1);
      expect(line).toMatchObject({ action: 'retry', jobCount: 120, outcome: 'done' });
    });

    test('does what a search picks, and leaves the rest', async () => {
      const queue = openQueue('picked');
      await finished(queue, 41);
      const ref = await ops.refOf(driver, queue);
      const target = { by: 'query', state: 'failed', query: 'name=b' } as const;
      const seen = await preview({ ...ops.desk, hidden: ops.hidden }, ref, 'key', { action: 'retry', target });
      expect(seen).toMatchObject({
        matched: 20,
        of: 41,
        sampled: 20,
        names: [{ text: 'b', count: 20 }],
        refusal: null,
      });
      expect(seen.errors).toEqual([{ text: 'card declined', count: 20 }]);
      const { id } = await ops.start(ref, { action: 'retry', target, until: seen.until, pace: null });
      expect(await ops.reached(id, ['done', 'failed'])).toMatchObject({
        state: 'done',
        counts: { of: 20, done: 20, failed: 0, skipped: 0 },
      });
      expect([await sizeOf(queue, 'waiting'), await sizeOf(queue, 'failed')]).toEqual([20, 21]);
    });

    test('keeps its pace, pauses, resumes and stops', async () => {
      const queue = openQueue('pace');
      await finished(queue, 200);
      const ref = await ops.refOf(driver, queue);
      const target = { by: 'query', state: 'failed', query: 'card' } as const;
      const startedAt = Date.now();
      const { id } = await ops.start(ref, { action: 'retry', target, pace: 50 });
      await until(async () => (await sizeOf(queue, 'waiting')) >= 20);
      const paused = await ops.all.wish(id, 'pause');
      expect(paused.state).toBe('paused');
      const rate = (paused.counts.done * 1_000) / (Date.now() - startedAt);
      expect(rate).toBeLessThan(80);
      await sleep(700);
      expect(await sizeOf(queue, 'waiting')).toBe(paused.counts.done);
      expect((await ops.all.wish(id, 'resume')).state).toBe('running');
      await until(async () => (await sizeOf(queue, 'waiting')) > paused.counts.done);
      const stopped = await ops.all.wish(id, 'stop');
      expect(stopped.state).toBe('stopped');
      await sleep(600);
      expect(await sizeOf(queue, 'waiting')).toBe(stopped.counts.done);
      await expect(ops.all.wish(id, 'resume')).rejects.toMatchObject({ code: 'conflict' });
    });

    test('goes on after a canary that succeeds, and stands still after one that fails', async () => {
      const queue = openQueue('canary');
      await finished(queue, 30);
      const ref = await ops.refOf(driver, queue);
      const body = { action: 'retry', target: { by: 'query', state: 'failed' }, pace: null, canary: { size: 5 } };
      const bad = await queue.work(() => Promise.reject(new Error('still down')));
      const { id } = await ops.start(ref, body);
      const paused = await ops.reached(id, ['paused', 'done', 'failed']);
      expect(paused).toMatchObject({
        state: 'paused',
        canary: { outcome: 'failed', succeeded: 0 },
        counts: { done: 5 },
      });
      expect(paused.note).toContain('0 of the first 5 succeeded');
      await ops.all.wish(id, 'stop');
      await bad.close();
      const good = await queue.work(() => Promise.resolve('fine'));
      const second = await ops.start(ref, body);
      expect(await ops.reached(second.id, ['paused', 'done', 'failed'])).toMatchObject({
        state: 'done',
        canary: { outcome: 'passed', succeeded: 5 },
        counts: { done: 30 },
      });
      await until(async () => (await sizeOf(queue, 'completed')) === 30);
      await good.close();
    });

    test('hides removed jobs, brings them back, and removes them for good after ten minutes', async () => {
      const queue = openQueue('undo');
      const ids = await finished(queue, 20);
      const ref = await ops.refOf(driver, queue);
      const target = { by: 'ids', state: 'failed', ids: ids.slice(0, 12) };
      const { id, queueKey } = await ops.start(ref, { action: 'remove', target, undo: true });
      expect(await ops.reached(id, ['deferred', 'failed'])).toMatchObject({ canUndo: true, counts: { hidden: 12 } });
      expect(await ops.hidden.count(queueKey, 'failed')).toBe(12);
      expect(await sizeOf(queue, 'failed')).toBe(20);
      // Another operation on all of them leaves alone what nobody sees.
      const other = await ops.start(ref, { action: 'retry', target: { by: 'query', state: 'failed' }, pace: null });
      expect(await ops.reached(other.id, ['done', 'failed'])).toMatchObject({ counts: { done: 8 } });
      expect((await ops.all.wish(id, 'undo')).state).toBe('undone');
      expect(await ops.hidden.count(queueKey, 'failed')).toBe(0);
      expect(await sizeOf(queue, 'failed')).toBe(12);

      const again = await ops.start(ref, { action: 'remove', target: { by: 'query', state: 'failed' }, undo: true });
      await ops.reached(again.id, ['deferred', 'failed']);
      ops.ahead = 601_000;
      const done = await ops.reached(again.id, ['done', 'failed']);
      ops.ahead = 0;
      expect(done).toMatchObject({ state: 'done', canUndo: false, counts: { done: 12, hidden: 0, skipped: 0 } });
      expect([await sizeOf(queue, 'failed'), await ops.hidden.count(queueKey, 'failed')]).toEqual([0, 0]);
      expect(await redis.exists(`bull:${queue.name}:${ids[0] ?? ''}`)).toBe(0);
    });

    test('asks for the name of the queue where a removal cannot be undone', async () => {
      const queue = openQueue('confirm');
      await queue.addMany([{ name: 'a', data: {} }]);
      const ref = await ops.refOf(driver, queue);
      const body = { action: 'remove', target: { by: 'query', state: 'waiting' } };
      await expect(ops.start(ref, body)).rejects.toMatchObject({ code: 'bad-request' });
      await expect(ops.start(ref, { ...body, undo: true })).rejects.toMatchObject({ code: 'unsupported' });
      const { id } = await ops.start(ref, { ...body, confirm: queue.name });
      expect(await ops.reached(id, ['done', 'failed'])).toMatchObject({ state: 'done', counts: { of: 1, done: 1 } });
      expect(await sizeOf(queue, 'waiting')).toBe(0);
    });

    test('adds each job once more, and once only', async () => {
      const queue = openQueue('copies');
      await finished(queue, 25, 'completed');
      const ref = await ops.refOf(driver, queue);
      const body = { action: 'duplicate', target: { by: 'query', state: 'completed' }, pace: null };
      const { id } = await ops.start(ref, body);
      expect(await ops.reached(id, ['done', 'failed'])).toMatchObject({ state: 'done', counts: { done: 25 } });
      expect([await sizeOf(queue, 'waiting'), await sizeOf(queue, 'completed')]).toEqual([25, 25]);
      const copies = await redis.lrange(setOf(queue, 'waiting'), 0, -1);
      const data = await Promise.all(copies.map((copy) => redis.hget(`bull:${queue.name}:${copy}`, 'data')));
      expect(new Set(data).size).toBe(25);
    });

    test('promotes what is delayed, and not what is put off meanwhile', async () => {
      const queue = openQueue('promote');
      await queue.addMany(Array.from({ length: 15 }, () => ({ name: 'a', data: {}, options: { delay: 3_600_000 } })));
      const ref = await ops.refOf(driver, queue);
      await sleep(5);
      const at = await ops.desk.bulk.now();
      await sleep(5);
      await queue.add('late', {}, { delay: 3_600_000 });
      const { id } = await ops.start(ref, { action: 'promote', target: { by: 'query', state: 'delayed' }, until: at });
      expect(await ops.reached(id, ['done', 'failed'])).toMatchObject({
        state: 'done',
        counts: { done: 15, skipped: 1, failed: 0 },
      });
      expect([await sizeOf(queue, 'waiting'), await sizeOf(queue, 'delayed')]).toEqual([15, 1]);
    });

    const states = driver.states.filter((state) => state !== 'waiting-children');
    const actions: JobAction[] = ['retry', 'remove', 'promote', 'duplicate'];
    test.each(states.flatMap((state) => actions.map((action) => ({ state, action }))))(
      '$action of $state jobs is done or refused with a reason',
      async ({ state, action }) => {
        const queue = openQueue('matrix');
        const worker = await inState(queue, state);
        const ref = await ops.refOf(driver, queue);
        const why = ops.desk.bulk.refusal(ref, action, state);
        const body = { action, target: { by: 'query', state }, confirm: queue.name };
        if (why !== null) {
          await expect(ops.start(ref, body)).rejects.toMatchObject({ code: 'unsupported', message: why });
          expect(await sizeOf(queue, state)).toBe(2);
        } else {
          const { id } = await ops.start(ref, body);
          expect(await ops.reached(id, ['done', 'failed'])).toMatchObject({
            state: 'done',
            counts: { of: 2, done: 2, failed: 0, skipped: 0 },
          });
          expect(await sizeOf(queue, state)).toBe(
            action !== 'duplicate' ? 0 : state === 'waiting' || state === 'prioritized' ? 4 : 2,
          );
        }
        await worker?.close();
      },
    );

    /** Two jobs in a state. */
    const inState = async (queue: DriverQueue, state: JobState) => {
      if (state === 'failed' || state === 'completed') return void (await finished(queue, 2, state));
      const options = state === 'delayed' ? { delay: 3_600_000 } : state === 'prioritized' ? { priority: 3 } : {};
      await queue.addMany([1, 2].map((n) => ({ name: 'a', data: { n }, options })));
      if (state !== 'active') return undefined;
      const worker = await queue.work(() => sleep(800), { concurrency: 2 });
      await until(async () => (await sizeOf(queue, 'active')) === 2);
      return worker;
    };
  });
}

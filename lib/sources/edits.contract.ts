import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jobEditSchema, type JobEdit } from '../domain/edit';
import type { AppError, ErrorCode } from '../domain/errors';
import type { JobState } from '../domain/queue';
import { emptyDatabase, refOf, silentLog, sourceOf, uniqueName, until } from '../testing/looker';
import type { DriverQueue, QueueDriver } from '../testing/queue-driver';
import { RedisDesk } from './redis/redis-desk';
import type { QueueRef } from './source';

const edit = (value: unknown): JobEdit => jobEditSchema.parse(value);

/** What changing one job must do, shown in every state on real queues of a real library. */
export function describeEdits(driver: QueueDriver, database: number): void {
  const isBullMq = driver.kind === 'bullmq';
  describe(`Changing jobs of ${driver.label}`, () => {
    let redis: Redis;
    let desk: RedisDesk;
    let url: string;
    const open: DriverQueue[] = [];

    beforeAll(async () => {
      ({ url, redis } = await emptyDatabase(database));
      desk = new RedisDesk(sourceOf(url), silentLog);
    });
    afterAll(async () => {
      await Promise.all(open.map((queue) => queue.close()));
      await desk.close();
      redis.disconnect();
    });

    const openQueue = (word: string): DriverQueue => {
      const queue = driver.open(url, 'bull', uniqueName(word));
      open.push(queue);
      return queue;
    };
    const direct = async (queue: DriverQueue): Promise<QueueRef> =>
      refOf(driver.kind, queue, isBullMq ? await redis.hget(`bull:${queue.name}:meta`, 'version') : 'bull');
    const refusal = async (work: Promise<unknown>): Promise<AppError> =>
      work.then(
        () => {
          throw new Error('was not refused');
        },
        (error: unknown) => error as AppError,
      );
    const refuses = async (work: Promise<unknown>, code: ErrorCode, words: RegExp) => {
      const error = await refusal(work);
      expect(error.code, String(error)).toBe(code);
      expect(error.message).toMatch(words);
    };
    const dataOf = (queue: DriverQueue, id: string) =>
      redis.hget(`bull:${queue.name}:${id}`, 'data').then((text) => JSON.parse(text ?? 'null') as unknown);
    const scoreOf = (queue: DriverQueue, set: string, id: string) => redis.zscore(`bull:${queue.name}:${set}`, id);

    /** One job in every state that the library has. */
    const jobsInAllStates = async () => {
      const queue = openQueue('states');
      const ids: Partial<Record<JobState, string>> = {};
      const ender = await queue.work(({ name }) =>
        name === 'fail' ? Promise.reject(new Error('no')) : Promise.resolve(1),
      );
      ids.failed = await queue.add('fail', { n: 1 });
      ids.completed = await queue.add('done', { n: 1 });
      await until(
        async () =>
          (await redis.zcard(`bull:${queue.name}:failed`)) === 1 &&
          (await redis.zcard(`bull:${queue.name}:completed`)) === 1,
      );
      await ender.close();
      let release: () => void = () => undefined;
      const holder = await queue.work(() => new Promise<void>((resolve) => (release = resolve)));
      ids.active = await queue.add('hold', { n: 1 });
      await until(async () => (await redis.llen(`bull:${queue.name}:active`)) === 1);
      ids.delayed = await queue.add('later', { n: 1 }, { delay: 3_600_000 });
      ids.waiting = await queue.add('wait', { n: 1 });
      if (isBullMq) {
        ids.prioritized = await queue.add('soon', { n: 1 }, { priority: 9 });
        ids['waiting-children'] = await queue.addParent('parent', uniqueName('child'));
      }
      return { queue, ref: await direct(queue), ids: Object.entries(ids) as [JobState, string][], release, holder };
    };

    test('each change in each state: done, or refused with the reason and nothing written', async () => {
      const { queue, ref, ids, release } = await jobsInAllStates();
      expect(ids.map(([state]) => state).sort()).toEqual([...driver.states].sort());
      for (const [state, id] of ids) {
        expect((await desk.job(ref, id)).state).toBe(state);
        const { dataHash } = await desk.job(ref, id);
        const written = await desk.edits.apply(ref, id, edit({ edit: 'data', data: { to: state }, ifHash: dataHash }));
        expect(written).toMatchObject({ id, state, isRetried: false });
        expect(await dataOf(queue, id)).toEqual({ to: state });
        expect((await desk.job(ref, id)).dataHash).toBe(written.dataHash);

        const priority = () => desk.edits.apply(ref, id, edit({ edit: 'priority', priority: 3 }));
        const delay = () => desk.edits.apply(ref, id, edit({ edit: 'delay', delay: 7_200_000 }));
        if (!isBullMq) {
          await refuses(priority(), 'unsupported', /Bull cannot change the priority/);
          await refuses(delay(), 'unsupported', /Bull cannot change the delay/);
          continue;
        }
        if (state === 'delayed') {
          const before = Number(await scoreOf(queue, 'delayed', id));
          expect(await delay()).toMatchObject({ state: 'delayed', change: 'delay: 3600000 ms → 7200000 ms from now' });
          expect(Number(await scoreOf(queue, 'delayed', id))).toBeGreaterThan(before);
        } else await refuses(delay(), 'unsupported', new RegExp(`this job is ${state}`));
        if (state === 'active' || state === 'failed' || state === 'completed') {
          await refuses(priority(), 'unsupported', new RegExp(`this job is ${state}`));
          expect((await desk.job(ref, id)).priority).toBe(0);
        } else {
          const after = state === 'waiting' ? 'prioritized' : state;
          expect(await priority()).toMatchObject({ id, state: after });
          expect((await desk.job(ref, id)).priority).toBe(3);
        }
      }
      if (isBullMq) {
        const id = ids.find(([state]) => state === 'waiting')?.[1] ?? '';
        expect(await desk.edits.apply(ref, id, edit({ edit: 'priority', priority: 0 }))).toMatchObject({
          state: 'waiting',
          change: 'priority: 3 → 0',
        });
      }
      release();
    });

    test('a retry with other data writes first, then retries; where no retry is possible nothing is written', async () => {
      const { queue, ref, ids, release } = await jobsInAllStates();
      for (const [state, id] of ids) {
        const apply = () => desk.edits.apply(ref, id, edit({ edit: 'data', data: { again: state }, thenRetry: true }));
        if (state === 'failed' || (state === 'completed' && isBullMq)) {
          expect(await apply()).toMatchObject({ isRetried: true, state: 'waiting' });
          expect(await dataOf(queue, id)).toEqual({ again: state });
          await refuses(apply(), 'unsupported', /this job is waiting/);
        } else {
          await refuses(
            apply(),
            'unsupported',
            state === 'completed' ? /Bull retries failed jobs only/ : /can be retried/,
          );
          expect(await dataOf(queue, id)).not.toHaveProperty('again');
        }
      }
      release();
    });

    test('the retried job is run with the new data', async () => {
      const queue = openQueue('rerun');
      const seen: unknown[] = [];
      await queue.work(({ data }) => {
        seen.push(data);
        return seen.length === 1 ? Promise.reject(new Error('no')) : Promise.resolve(1);
      });
      const id = await queue.add('work', { to: 'old' });
      await until(async () => (await redis.zcard(`bull:${queue.name}:failed`)) === 1);
      const ref = await direct(queue);
      await desk.edits.apply(
        ref,
        id,
        edit({ edit: 'data', data: { to: 'new', ключ: ['\ud800', '<b>', null] }, thenRetry: true }),
      );
      await until(async () => (await redis.zcard(`bull:${queue.name}:completed`)) === 1);
      expect(seen).toEqual([{ to: 'old' }, { to: 'new', ключ: ['\ud800', '<b>', null] }]);
    });

    test('data that somebody else changed is left alone, and two people at once do not overwrite each other', async () => {
      const queue = openQueue('conflict');
      const id = await queue.add('work', { n: 0 });
      const ref = await direct(queue);
      const { dataHash } = await desk.job(ref, id);
      await redis.hset(`bull:${queue.name}:${id}`, 'data', '{"n":1}');
      const stale = () => desk.edits.apply(ref, id, edit({ edit: 'data', data: { n: 2 }, ifHash: dataHash }));
      await refuses(stale(), 'conflict', /changed by somebody else/);
      expect(await dataOf(queue, id)).toEqual({ n: 1 });
      const { hash } = await desk.field(ref, id, 'data');
      const both = await Promise.allSettled(
        [2, 3].map((n) => desk.edits.apply(ref, id, edit({ edit: 'data', data: { n }, ifHash: hash }))),
      );
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await desk.edits.apply(ref, id, edit({ edit: 'data', data: { n: 4 } }))).toMatchObject({ id });
    });

    test('jobs that are gone, keys of the queue, orphans and read-only queues are refused', async () => {
      const queue = openQueue('gone');
      const id = await queue.add('work', {});
      const ref = await direct(queue);
      await redis.zadd(`bull:${queue.name}:failed`, 5, 'ghost');
      for (const one of [
        { edit: 'data', data: 1 },
        { edit: 'priority', priority: 1 },
        { edit: 'delay', delay: 1 },
      ])
        for (const missing of ['nobody', 'ghost', 'id', 'meta'])
          await refuses(desk.edits.apply(ref, missing, edit(one)), 'not-found', /does not exist/);
      await refuses(
        desk.edits.apply({ ...ref, readOnlyReason: 'Only watched.' }, id, edit({ edit: 'data', data: 1 })),
        'unsupported',
        /Only watched/,
      );
      expect(await dataOf(queue, id)).toEqual({});
    });

    test('data that is no JSON, or 10,000 levels deep, can be read and replaced, not copied', async () => {
      const queue = openQueue('hostile');
      const ref = await direct(queue).then(async () => {
        await queue.add('seed', {});
        return direct(queue);
      });
      const deep = '['.repeat(10_000) + ']'.repeat(10_000);
      for (const stored of ['{not json', deep, Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), '\u001b[31mred\u202e']) {
        const id = await queue.add('work', {});
        await redis.hset(`bull:${queue.name}:${id}`, 'data', stored);
        const { dataHash, data } = await desk.job(ref, id);
        expect(data?.bytes).toBe(Buffer.byteLength(stored));
        if (stored === deep)
          expect(await desk.act(ref, 'duplicate', [id])).toMatchObject([{ ok: false, code: 'unsupported' }]);
        await desk.edits.apply(ref, id, edit({ edit: 'data', data: 'mended', ifHash: dataHash }));
        expect(await dataOf(queue, id)).toBe('mended');
      }
    });

    test('keep rules with age and count are written as the library reads them', async () => {
      const queue = openQueue('keep');
      await queue.add('seed', {});
      const ref = await direct(queue);
      const rule = { age: 3_600, count: 50 };
      const { jobId } = await desk.add(ref, {
        name: 'n',
        data: {},
        opts: { removeOnComplete: rule, removeOnFail: rule },
      });
      expect(JSON.parse((await desk.job(ref, jobId)).options?.text ?? '')).toMatchObject({
        removeOnComplete: rule,
        removeOnFail: rule,
      });
    });
  });
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppError, ErrorCode } from '../domain/errors';
import { COUNT_KEYS, type JobState } from '../domain/queue';
import { serverOf } from '../redis/cluster';
import type { Redis } from '../redis/connection';
import type { Ground } from '../testing/ground';
import { Looker, refOf, silentLog, sleep, sourceOf, uniqueName, until } from '../testing/looker';
import type { DriverJob, DriverQueue, QueueDriver } from '../testing/queue-driver';
import { openTcpTap } from '../testing/tcp-tap';
import { parseJobQuery } from '../search/parse-query';
import type { WholeJob } from './bulk-jobs';
import { RedisDesk } from './redis/redis-desk';
import { RedisWatch } from './redis/redis-watch';
import type { QueueRef } from './source';

/** What every kind of queue must do behind both ports, shown on real queues of a real library. */
export function describeSource(driver: QueueDriver, ground: Ground): void {
  describe(`${driver.label} behind the source ports${ground.isCluster ? ' in a Cluster' : ''}`, () => {
    let url: string;
    let redis: Redis;
    let close: () => Promise<void>;
    let desk: RedisDesk;
    let looker: Looker;
    const open: DriverQueue[] = [];
    /** Queues that are there before the watch begins: found at once, where the scan would take seconds. */
    const startedAt = Date.now();
    let toPause: DriverQueue;
    let toAge: DriverQueue;

    beforeAll(async () => {
      ({ url, redis, close } = await ground.open());
      toPause = openQueue('pause');
      toAge = openQueue('oldest');
      await Promise.all([toPause.add('seed', {}), toAge.add('seed', {})]);
      desk = new RedisDesk(sourceOf(url), silentLog);
      looker = await new Looker(new RedisWatch(sourceOf(url), silentLog)).start();
      // A Cluster's connection takes a moment, and nothing is queued up for it.
      const ref = refOf(driver.kind, toPause);
      await until(() =>
        desk.jobs(ref, { state: 'waiting', order: 'newest', limit: 1, cursor: null }).then(
          () => true,
          () => false,
        ),
      );
    });
    afterAll(async () => {
      await Promise.all(open.map((queue) => queue.close()));
      await Promise.all([desk.close(), looker.watch.close()]);
      await close();
    });

    const openQueue = (word: string): DriverQueue => {
      const queue = driver.open(url, 'bull', ground.queueName(uniqueName(word)));
      open.push(queue);
      return queue;
    };
    /** The queue as the watch found it, read after the call. */
    const seen = async (queue: DriverQueue) => {
      await until(async () => {
        await looker.look();
        return looker.newest.has(queue.name);
      });
      await looker.look();
      return looker.newest.get(queue.name) as NonNullable<ReturnType<typeof looker.newest.get>>;
    };
    /** The queue as the desk is told of it, without waiting for the watch to find it. */
    const direct = async (queue: DriverQueue): Promise<QueueRef> =>
      refOf(
        driver.kind,
        queue,
        driver.kind === 'bull' ? 'bull' : await redis.hget(`bull:${queue.name}:meta`, 'version'),
      );
    const refuses = async (work: Promise<unknown>, code: ErrorCode) => {
      const error = await work.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect((error as AppError | null)?.code, String(error)).toBe(code);
    };
    const codeOf = async (ref: QueueRef, action: Parameters<RedisDesk['act']>[1], id: string) => {
      const [result] = await desk.act(ref, action, [id]);
      return result?.ok ? 'ok' : result?.code;
    };
    const allIds = async (ref: QueueRef, state: JobState, order: 'newest' | 'oldest', limit: number) => {
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await desk.jobs(ref, { state, order, limit, cursor });
        expect(page.jobs.length).toBeLessThanOrEqual(limit);
        ids.push(...page.jobs.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      return ids;
    };

    describe('a queue with jobs in every state', () => {
      let queue: DriverQueue;
      let ref: QueueRef;
      const ids = new Map<JobState, string[]>();
      let release: () => void = () => undefined;

      beforeAll(async () => {
        queue = openQueue('states');
        const work = async ({ name, id }: DriverJob) => {
          if (name === 'fail') throw new Error(`broken <b>${id}</b>`);
          if (name === 'hold') await new Promise<void>((resolve) => (release = resolve));
          return { done: id };
        };
        const worker = await queue.work(work);
        const many = (name: string, count: number, options = {}) =>
          queue.addMany(Array.from({ length: count }, (_, n) => ({ name, data: { n }, options })));
        ids.set('completed', await many('done', 7));
        ids.set('failed', await many('fail', 6));
        await until(async () => (await redis.zcard(`bull:${queue.name}:failed`)) === 6);
        if (driver.states.includes('waiting-children'))
          ids.set('waiting-children', [await queue.addParent('parent', `${queue.name}-child`)]);
        ids.set('active', [await queue.add('hold', {})]);
        await until(async () => (await redis.llen(`bull:${queue.name}:active`)) === 1);
        ids.set('waiting', await many('wait', 5));
        ids.set('delayed', await many('later', 4, { delay: 3_600_000 }));
        if (driver.states.includes('prioritized')) ids.set('prioritized', await many('first', 3, { priority: 5 }));
        ref = await seen(queue);
        return async () => {
          release();
          await worker.close();
        };
      });

      test('counts of all states are right, and unknown states are null', async () => {
        const { counts, kind, isPaused, workers } = await seen(queue);
        const expected = Object.fromEntries(
          driver.states.map((state) => [COUNT_KEYS[state], ids.get(state)?.length ?? 0]),
        );
        expect(counts).toMatchObject(expected);
        if (driver.kind === 'bull') expect(counts).toMatchObject({ prioritized: null, waitingChildren: null });
        expect(kind).toBe(driver.kind);
        expect(isPaused).toBe(false);
        expect(workers).not.toBeNull();
        // A watch that begins now asks for the workers at once; this one does every five seconds.
        const fresh = await new Looker(new RedisWatch(sourceOf(url), silentLog)).start();
        expect(fresh.newest.get(queue.name)?.workers).toBe(1);
        await fresh.watch.close();
      });

      test.each(driver.states)('pages of %s show each job once, in both orders', async (state) => {
        const expected = [...(ids.get(state) ?? [])].sort();
        for (const limit of [1, 2, 50]) {
          const newest = await allIds(ref, state, 'newest', limit);
          const oldest = await allIds(ref, state, 'oldest', limit);
          expect([...newest].sort()).toEqual(expected);
          expect(oldest).toEqual([...newest].reverse());
        }
      });

      test.each(driver.states)('a job that is %s knows its state and what can be done with it', async (state) => {
        const [id = ''] = ids.get(state) ?? [];
        const [row] = (await desk.jobs(ref, { state, order: 'oldest', limit: 1, cursor: null })).jobs;
        expect(row).toMatchObject({ state, isOrphan: false });
        expect(row?.name).not.toBeNull();
        const job = await desk.job(ref, id);
        expect(job).toMatchObject({ id, state, isOrphan: false });
        expect(job.actions.includes('remove')).toBe(state !== 'active');
        expect(job.actions.includes('promote')).toBe(state === 'delayed');
        expect(job.actions.includes('retry')).toBe(
          state === 'failed' || (state === 'completed' && driver.kind === 'bullmq'),
        );
        if (state === 'delayed') expect(Math.abs((job.delayUntil ?? 0) - Date.now() - 3_600_000)).toBeLessThan(60_000);
        if (state === 'failed') {
          expect(job.failedReason).toBe(`broken <b>${id}</b>`);
          expect(job.stacktrace[0]).toContain('broken');
          expect(job).toMatchObject({ attemptsMade: 1, attempts: 1 });
        }
        if (state === 'completed')
          expect(JSON.parse((await desk.field(ref, id, 'result')).bytes.toString())).toEqual({ done: id });
      });

      test('what is not there is not found; what is no cursor or no state is refused', async () => {
        const first = { order: 'newest', limit: 5, cursor: null } as const;
        await refuses(desk.job(ref, 'no-such-job'), 'not-found');
        for (const own of ['meta', 'id', 'wait', 'completed', 'events']) {
          await refuses(desk.job(ref, own), 'not-found');
          await refuses(desk.field(ref, own, 'data'), 'not-found');
          expect(await codeOf(ref, 'remove', own)).toBe('not-found');
        }
        await refuses(desk.field(ref, (ids.get('waiting') ?? [''])[0] as string, 'result'), 'not-found');
        await refuses(desk.jobs(ref, { ...first, state: 'failed', cursor: 'x' }), 'bad-request');
        const list = (await desk.jobs(ref, { ...first, limit: 1, state: 'waiting' })).nextCursor;
        expect(list).not.toBeNull();
        await refuses(desk.jobs(ref, { ...first, state: 'failed', cursor: list }), 'bad-request');
        if (driver.kind === 'bull') await refuses(desk.jobs(ref, { ...first, state: 'prioritized' }), 'unsupported');
      });
    });

    describe('lists that change under the reader', () => {
      test('ties in score, jobs removed between pages and a cursor job that has gone lose and repeat nothing', async () => {
        const queue = openQueue('ties');
        const base = `bull:${queue.name}`;
        await queue.add('seed', {});
        const ref = await direct(queue);
        const all = Array.from({ length: 300 }, (_, n) => `tie-${String(n).padStart(3, '0')}`);
        // All of one millisecond, as a burst of failures is; and more than are read past at once.
        for (const id of all) await redis.zadd(`${base}:failed`, 1_700_000_000_000, id);
        for (const order of ['newest', 'oldest'] as const)
          expect(await allIds(ref, 'failed', order, 70)).toHaveLength(300);

        const first = await desk.jobs(ref, { state: 'failed', order: 'oldest', limit: 150, cursor: null });
        expect(first.jobs.every(({ isOrphan }) => isOrphan)).toBe(true);
        await redis.zrem(`${base}:failed`, 'tie-149', 'tie-003', 'tie-200');
        await redis.zadd(`${base}:failed`, 1_700_000_000_000, 'tie-100b', 1_600_000_000_000, 'old');
        const second = await desk.jobs(ref, { state: 'failed', order: 'oldest', limit: 500, cursor: first.nextCursor });
        expect(second.jobs.map(({ id }) => id)).toEqual(all.slice(150).filter((id) => id !== 'tie-200'));
      });

      test('an id whose job is gone shows as an orphan and can only be removed', async () => {
        const queue = openQueue('orphan');
        await queue.add('seed', {});
        const ref = await direct(queue);
        await redis.zadd(`bull:${queue.name}:failed`, 5, 'ghost');
        const page = await desk.jobs(ref, { state: 'failed', order: 'newest', limit: 5, cursor: null });
        expect(page.jobs).toMatchObject([{ id: 'ghost', isOrphan: true, name: null }]);
        await refuses(desk.job(ref, 'ghost'), 'not-found');
        expect(await codeOf(ref, 'retry', 'ghost')).toBe('unsupported');
        expect(await codeOf(ref, 'remove', 'ghost')).toBe('ok');
        expect(await redis.zcard(`bull:${queue.name}:failed`)).toBe(0);
      });
    });

    describe('hostile and huge jobs', () => {
      test('text that is not JSON, markup, lone surrogates and nothing at all come through as text', async () => {
        const queue = openQueue('hostile');
        const [a, b, c, d] = await queue.addMany(
          [1, 2, 3, 4].map(() => ({ name: '<img src=x onerror=alert(1)>', data: { ok: true } })),
        );
        const ref = await direct(queue);
        const base = `bull:${queue.name}`;
        await redis.hset(
          `${base}:${a}`,
          'data',
          '{not json <script>alert(1)</script>',
          'opts',
          '[[[',
          'failedReason',
          '\u0000',
        );
        await redis.hset(`${base}:${b}`, 'data', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]));
        await redis.hset(`${base}:${c}`, 'data', '');
        await redis.hdel(`${base}:${d}`, 'data', 'opts', 'name');
        const { jobs } = await desk.jobs(ref, { state: 'waiting', order: 'oldest', limit: 10, cursor: null });
        expect(jobs.map(({ dataPreview }) => dataPreview?.text ?? null)).toEqual([
          '{not json <script>alert(1)</script>',
          expect.stringMatching(/^".*"$/),
          null,
          null,
        ]);
        expect(jobs.map(({ isOrphan }) => isOrphan)).toEqual([false, false, false, false]);
        for (const id of [a, b, c, d]) expect((await desk.job(ref, id as string)).state).toBe('waiting');
        expect(
          (await desk.field(ref, b as string, 'data')).bytes.equals(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])),
        ).toBe(true);
        expect(await codeOf(ref, 'duplicate', a as string)).toBe('unsupported');
        for (const id of [a, b, c, d]) expect(await codeOf(ref, 'remove', id as string)).toBe('ok');
      });

      test('bytes that are no text are shown, found and downloaded, and never written back as others', async () => {
        const queue = openQueue('bytes');
        const worker = await queue.work(({ name }) => Promise.reject(new Error(`no ${name}`)));
        const [raw, text, long] = await queue.addMany([
          { name: 'raw', data: { n: 1 } },
          { name: 'text', data: Buffer.from([0, 255, 254, 65]).toJSON() },
          { name: 'long', data: { n: 3 } },
        ]);
        await until(async () => (await redis.zcard(`bull:${queue.name}:failed`)) === 3);
        await worker.close();
        const ref = await direct(queue);
        const key = `bull:${queue.name}:${raw}`;
        const bytes = Buffer.concat([Buffer.from('{"card":"4711","b":"'), Buffer.from([0, 0xff, 0xc3, 0x28, 0xfe])]);
        const stored = Buffer.concat([bytes, Buffer.from('"}')]);
        await redis.hset(key, 'data', stored, 'returnvalue', bytes, 'failedReason', bytes, 'name', bytes);
        await redis.hset(`bull:${queue.name}:${long}`, 'data', '{"id":12345678901234567890}');

        const { jobs } = await desk.jobs(ref, { state: 'failed', order: 'newest', limit: 10, cursor: null });
        const row = jobs.find(({ id }) => id === raw);
        expect(row?.failedReason).toBe(bytes.toString());
        expect(row?.name).toContain('\u0000\ufffd');
        expect(row?.dataPreview?.text).toBe(stored.toString());
        const job = await desk.job(ref, raw as string);
        expect([job.data?.text, job.result?.text, job.error?.text]).toEqual(
          [stored, bytes, bytes].map((one) => one.toString()),
        );
        for (const name of ['data', 'result'] as const)
          expect((await desk.field(ref, raw as string, name)).bytes.equals(name === 'data' ? stored : bytes)).toBe(
            true,
          );
        const { query } = parseJobQuery('4711', Date.now());
        if (!query) throw new Error('not a query');
        const request = { state: 'failed', query, order: 'newest', cursor: null, until: null } as const;
        const found = await desk.scan.rows(ref, { ...request, budgetMs: 2_000, maxHits: 10 });
        expect(found.hits.map(({ id }) => id)).toEqual([raw]);

        const whole = new Map<string, WholeJob>();
        for await (const one of desk.bulk.whole(ref, [raw, text, long] as string[])) whole.set(one.id, one);
        expect(whole.get(raw as string)?.notUtf8.toSorted()).toEqual(['data', 'failedReason', 'name', 'returnvalue']);
        expect(whole.get(text as string)?.notUtf8).toEqual([]);
        expect(await codeOf(ref, 'duplicate', raw as string)).toBe('unsupported');
        expect(await codeOf(ref, 'duplicate', long as string)).toBe('unsupported');
        expect(await codeOf(ref, 'duplicate', text as string)).toBe('ok');
        // The libraries move a job and leave its payload alone.
        expect(await codeOf(ref, 'retry', raw as string)).toBe('ok');
        expect((await redis.hgetBuffer(key, 'data'))?.equals(stored)).toBe(true);
      });

      test.runIf(!ground.isCluster)('a page of 5 MB jobs stays small, and no hash is read whole', async () => {
        const queue = openQueue('huge');
        const data = { blob: 'x'.repeat(5_000_000) };
        const id = await queue.add('big', data);
        await queue.addMany([1, 2].map(() => ({ name: 'big', data })));
        const ref = await direct(queue);
        await redis.hset(
          `bull:${queue.name}:${id}`,
          'failedReason',
          'e'.repeat(1_000_000),
          'stacktrace',
          's'.repeat(1_000_000),
        );
        await redis.rpush(`bull:${queue.name}:${id}:logs`, ...Array.from({ length: 4 }, () => 'l'.repeat(1_000_000)));
        const tap = await openTcpTap(Number(new URL(url).port));
        const tapped = new RedisDesk(sourceOf(`redis://127.0.0.1:${tap.port}/${ground.database}`), silentLog);
        const first = { state: 'waiting', order: 'oldest', limit: 50, cursor: null } as const;
        await until(() =>
          tapped.jobs(ref, first).then(
            () => true,
            () => false,
          ),
        );
        tap.reset();
        const page = await tapped.jobs(ref, first);
        const job = await tapped.job(ref, id);
        expect(tap.bytesDown()).toBeGreaterThan(500);
        expect(tap.bytesDown()).toBeLessThan(64 * 1024);
        expect(tap.sent()).not.toMatch(/hgetall|hvals/i);
        await tapped.close();
        await tap.close();
        expect(page.jobs[0]?.dataPreview).toEqual({ text: '', bytes: JSON.stringify(data).length, isCut: true });
        expect(JSON.stringify(page).length).toBeLessThan(64 * 1024);
        expect(job.data).toMatchObject({ isCut: true, text: '' });
        expect((await desk.field(ref, id, 'data')).bytes.length).toBe(JSON.stringify(data).length);
        await queue.obliterate();
      });
    });

    describe('actions', () => {
      test('each action does what it says, and is refused where the state forbids it', async () => {
        const queue = openQueue('actions');
        const worker = await queue.work(async ({ name }) => {
          if (name === 'fail') throw new Error('no');
          return 1;
        });
        const [failed, toRemove] = await queue.addMany([1, 2].map(() => ({ name: 'fail', data: { n: 1 } })));
        const completed = await queue.add('done', {});
        await until(
          async () =>
            (await redis.zcard(`bull:${queue.name}:failed`)) === 2 &&
            (await redis.zcard(`bull:${queue.name}:completed`)) === 1,
        );
        await worker.close();
        const ref = await direct(queue);
        const delayed = await queue.add('later', { n: 2 }, { delay: 3_600_000, attempts: 3 });
        const waiting = await queue.add('wait', {});

        expect(await codeOf(ref, 'promote', failed as string)).toBe('unsupported');
        expect(await codeOf(ref, 'retry', delayed)).toBe('unsupported');
        expect(await codeOf(ref, 'retry', waiting)).toBe('already-done');
        expect(await codeOf(ref, 'retry', 'nobody')).toBe('not-found');

        expect(await desk.act(ref, 'retry', [failed as string])).toMatchObject([{ ok: true, state: 'waiting' }]);
        expect(await codeOf(ref, 'retry', failed as string)).toBe('already-done');
        expect(await codeOf(ref, 'retry', completed)).toBe(driver.kind === 'bullmq' ? 'ok' : 'unsupported');
        const [copy] = await desk.act(ref, 'duplicate', [delayed]);
        expect(copy).toMatchObject({ ok: true, state: 'delayed' });
        expect(await desk.job(ref, copy?.newId as string)).toMatchObject({
          state: 'waiting',
          name: 'later',
          attempts: 3,
        });
        expect(await desk.act(ref, 'promote', [delayed])).toMatchObject([{ ok: true, state: 'waiting' }]);
        expect(await codeOf(ref, 'promote', delayed)).toBe('already-done');
        for (const id of [toRemove, waiting, delayed])
          expect(await desk.act(ref, 'remove', [id as string])).toMatchObject([{ ok: true, state: null }]);
        expect(await redis.exists(`bull:${queue.name}:${waiting}`)).toBe(0);
      });

      test('a job that is being worked on cannot be removed or retried', async () => {
        const queue = openQueue('busy');
        let release: () => void = () => undefined;
        await queue.work(() => new Promise<void>((resolve) => (release = resolve)));
        const id = await queue.add('hold', {});
        await until(async () => (await redis.llen(`bull:${queue.name}:active`)) === 1);
        const ref = await direct(queue);
        expect(await codeOf(ref, 'remove', id)).toBe('unsupported');
        expect(await codeOf(ref, 'retry', id)).toBe('already-done');
        expect(await codeOf(ref, 'duplicate', id)).toBe('ok');
        release();
      });

      test('two people at once: one does it, the other is told so', async () => {
        const queue = openQueue('race');
        const worker = await queue.work(() => Promise.reject(new Error('no')));
        const failed = await queue.addMany(Array.from({ length: 30 }, () => ({ name: 'fail', data: {} })));
        await until(async () => (await redis.zcard(`bull:${queue.name}:failed`)) === 30);
        await worker.close();
        const delayed = await queue.addMany(
          Array.from({ length: 10 }, () => ({ name: 'later', data: {}, options: { delay: 3_600_000 } })),
        );
        const ref = await direct(queue);
        const race = async (action: 'retry' | 'remove' | 'promote', ids: string[], lost: string) => {
          const [one, two] = await Promise.all([desk.act(ref, action, ids), desk.act(ref, action, ids)]);
          for (const [index, id] of ids.entries()) {
            const outcomes = [one, two].map((results) => (results[index]?.ok ? 'ok' : results[index]?.code)).sort();
            expect({ id, outcomes }).toEqual({ id, outcomes: [lost, 'ok'].sort() });
          }
        };
        await race('retry', failed.slice(0, 15), 'already-done');
        await race('remove', failed.slice(15), 'not-found');
        await race('promote', delayed, 'already-done');
        expect(await redis.llen(`bull:${queue.name}:wait`)).toBe(25);
      });

      test('jobs are added with all options; a known id is a duplicate, a reserved one is refused', async () => {
        const queue = openQueue('add');
        await queue.add('seed', {});
        const ref = await direct(queue);
        const options = {
          priority: 7,
          attempts: 4,
          backoff: { type: 'exponential' as const, delay: 250 },
          removeOnComplete: 10,
          removeOnFail: true,
        };
        const { jobId, status } = await desk.add(ref, {
          name: 'n',
          data: { a: [1, null, '\ud800'] },
          opts: { ...options, jobId: 'mine' },
        });
        expect({ jobId, status }).toEqual({ jobId: 'mine', status: 'queued' });
        const job = await desk.job(ref, 'mine');
        expect(job).toMatchObject({
          name: 'n',
          attempts: 4,
          priority: 7,
          state: driver.kind === 'bull' ? 'waiting' : 'prioritized',
        });
        expect(JSON.parse(job.data?.text ?? '')).toEqual({ a: [1, null, '\ud800'] });
        expect(JSON.parse(job.options?.text ?? '')).toMatchObject({
          attempts: 4,
          removeOnComplete: 10,
          removeOnFail: true,
        });

        expect(await desk.add(ref, { name: 'n', data: {}, opts: { jobId: 'mine' } })).toEqual({
          jobId: 'mine',
          status: 'duplicate',
        });
        const both = await Promise.all(
          [1, 2].map((n) => desk.add(ref, { name: 'n', data: { n }, opts: { jobId: 'twice' } })),
        );
        expect(both.map((result) => result.status).sort()).toEqual(['duplicate', 'queued']);

        const later = await desk.add(ref, { name: 'n', data: {}, opts: { runAt: Date.now() + 60_000 } });
        expect((await desk.job(ref, later.jobId)).state).toBe('delayed');
        const lifo = await desk.add(ref, { name: 'n', data: {}, opts: { lifo: true } });
        expect(await redis.lindex(`bull:${queue.name}:wait`, -1)).toBe(lifo.jobId);
        for (const reserved of ['meta', 'wait', 'id', 'completed'])
          await refuses(desk.add(ref, { name: 'n', data: {}, opts: { jobId: reserved } }), 'bad-request');
        if (driver.kind === 'bullmq') {
          await refuses(desk.add(ref, { name: 'n', data: {}, opts: { jobId: 'a:b' } }), 'bad-request');
          await refuses(desk.add(ref, { name: 'n', data: {}, opts: { jobId: '12' } }), 'bad-request');
          await refuses(desk.add(ref, { data: {}, opts: {} }), 'bad-request');
        } else
          expect((await desk.job(ref, (await desk.add(ref, { data: {}, opts: {} })).jobId)).name).toBe('__default__');
      });

      test('pause and resume, seen in state and counts', async () => {
        const queue = toPause;
        const ids = ['1', ...(await queue.addMany([1, 2].map(() => ({ name: 'wait', data: {} }))))];
        const ref = await seen(queue);
        await desk.setPaused(ref, true);
        const paused = await seen(queue);
        expect(paused.isPaused).toBe(true);
        expect((paused.counts.waiting ?? 0) + (paused.counts.paused ?? 0)).toBe(3);
        expect(paused.counts[driver.pausedState]).toBe(3);
        expect((await desk.job(ref, ids[0] as string)).state).toBe(driver.pausedState);
        expect(await allIds(ref, driver.pausedState, 'oldest', 2)).toEqual(ids);
        expect(paused.oldestWaitingMs).not.toBeNull();
        await desk.setPaused(ref, false);
        const resumed = await seen(queue);
        expect(resumed.isPaused).toBe(false);
        expect(resumed.counts).toMatchObject({ waiting: 3, paused: 0 });
      });

      test('a read-only queue refuses every write with its reason', async () => {
        const queue = openQueue('readonly');
        const id = await queue.add('wait', {});
        const ref = { ...(await direct(queue)), readOnlyReason: 'Only watched.' };
        for (const work of [
          () => desk.act(ref, 'remove', [id]),
          () => desk.add(ref, { name: 'n', data: {}, opts: {} }),
          () => desk.setPaused(ref, true),
        ])
          await expect(work()).rejects.toMatchObject({ code: 'unsupported', message: 'Only watched.' });
        expect((await desk.job(ref, id)).actions).toEqual([]);
      });
    });

    test('the age of the oldest waiting job is its wait, without the delay before it', async () => {
      const queue = toAge;
      await queue.add('second', {});
      await seen(queue);
      await sleep(400);
      const { oldestWaitingMs } = await seen(queue);
      expect(oldestWaitingMs).toBeGreaterThanOrEqual(400);
      expect(oldestWaitingMs).toBeLessThan(Date.now() - startedAt);
    });

    test('the oldest of each state that waits is told, and when the first delayed job is due', async () => {
      const queue = openQueue('ages');
      await queue.add('late', {}, { delay: 3_600_000 });
      await queue.add('later', {}, { delay: 7_200_000 });
      const hourAgo = Date.now() - 3_600_000;
      await queue.add('urgent', {}, { priority: 1 });
      await queue.add('lowest', {}, { priority: 9, timestamp: hourAgo });
      await queue.add('low', {}, { priority: 9, timestamp: hourAgo + 1_000_000 });
      const { oldest, oldestWaitingMs, oldestWaitingIsAtLeast } = await seen(queue);
      expect(Math.abs((oldest?.delayedDueAt ?? 0) - Date.now() - 3_600_000)).toBeLessThan(10_000);
      const age = driver.kind === 'bull' ? oldest?.waiting : oldest?.prioritized;
      expect(age).toMatchObject({ isAtLeast: true });
      expect(Math.abs((age?.ms ?? 0) - 3_600_000)).toBeLessThan(driver.kind === 'bull' ? 1_010_000 : 10_000);
      expect(oldestWaitingMs).toBe(age?.ms);
      expect(oldestWaitingIsAtLeast).toBe(true);
      expect(driver.kind === 'bull' ? oldest?.prioritized : oldest?.waiting).toBeNull();
    });

    test('watching and opening for writing leaves all keys outside tailback: unchanged', async () => {
      const queue = openQueue('untouched');
      await queue.addMany([1, 2, 3].map((n) => ({ name: 'wait', data: { n } })));
      const id = await queue.add('later', {}, { delay: 3_600_000 });
      await queue.close();
      // As an older release of the same major left it: opening the queue must not bring it up to date.
      if (driver.kind === 'bullmq') {
        const version = String(await redis.hget(`bull:${queue.name}:meta`, 'version')).replace(/\.\d+\.\d+$/, '.0.0');
        await redis.hset(`bull:${queue.name}:meta`, 'version', version, 'opts.maxLenEvents', '77');
      }
      const before = await dump(redis, `bull:${queue.name}:*`);
      const desk2 = new RedisDesk(sourceOf(url), silentLog);
      const fresh = await new Looker(new RedisWatch(sourceOf(url), silentLog)).start();
      await fresh.lookUntil(() => fresh.newest.has(queue.name));
      const ref = fresh.newest.get(queue.name) as QueueRef;
      // A Cluster's connection is not ready at once.
      await until(() =>
        desk2.job(ref, id).then(
          () => true,
          () => false,
        ),
      );
      for (const state of driver.states) await desk2.jobs(ref, { state, order: 'newest', limit: 10, cursor: null });
      await desk2.job(ref, id);
      await desk2.field(ref, id, 'options');
      // Opens the library for writing, and changes nothing, since the job does not exist.
      expect(await desk2.act(ref, 'remove', ['nobody'])).toMatchObject([{ ok: false, code: 'not-found' }]);
      await sleep(200);
      expect(await dump(redis, `bull:${queue.name}:*`)).toEqual(before);
      await Promise.all([fresh.watch.close(), desk2.close()]);
    });
  });
}

/** All keys of one queue with what they hold: a hash by its fields, since the server may move them while it reads. */
async function dump(redis: Redis, pattern: string): Promise<Record<string, unknown>> {
  const keys = (await (serverOf(redis, pattern) ?? redis).keys(pattern)).sort();
  const read = async (key: string) =>
    (await redis.type(key)) === 'hash' ? redis.hgetall(key) : (await redis.dumpBuffer(key))?.toString('base64');
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await read(key)] as const)));
}

import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppError, ErrorCode } from '../domain/errors';
import { emptyDatabase, refOf, silentLog, sourceOf, uniqueName, until } from '../testing/looker';
import type { DriverJob, DriverQueue, QueueDriver } from '../testing/queue-driver';
import { RedisDesk } from './redis/redis-desk';
import type { QueueRef } from './source';

/** What every kind of scheduler must do behind the port, shown with a real library and its real workers. */
export function describeSchedulers(driver: QueueDriver, database: number): void {
  describe(`schedulers of ${driver.label}`, () => {
    let url: string;
    let redis: Redis;
    let desk: RedisDesk;
    const open: DriverQueue[] = [];
    const isBull = driver.kind === 'bull';

    beforeAll(async () => {
      ({ url, redis } = await emptyDatabase(database));
      desk = new RedisDesk(sourceOf(url), silentLog);
      await until(() =>
        desk.schedulers.counts([refOf('bull', { prefix: 'x', name: 'x' })]).then(
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
      const version = isBull ? 'bull' : await until(() => redis.hget(`${base}:meta`, 'version'));
      return { queue, ref: refOf(driver.kind, queue, version), base };
    };
    const refuses = async (work: Promise<unknown>, code: ErrorCode) => {
      const error = await work.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect((error as AppError | null)?.code, String(error)).toBe(code);
    };
    const only = async (ref: QueueRef) => {
      const [first, ...rest] = await desk.schedulers.list(ref, 0, 10);
      expect(rest).toEqual([]);
      return first as NonNullable<typeof first>;
    };

    test('what the library has made is read: pattern, zone, limit, end and template', async () => {
      const { queue, ref } = await openQueue('read');
      const endDate = Date.now() + 90 * 86_400_000;
      await queue.schedule('nightly', { pattern: '30 2 * * *', tz: 'Europe/Berlin', limit: 9, endDate }, 'report', {
        a: ['ü', 1],
      });
      expect(await desk.schedulers.counts([ref])).toEqual([1]);
      const read = await only(ref);
      expect(read).toMatchObject({
        form: isBull ? 'bull-repeatable' : 'bullmq-scheduler',
        name: 'report',
        schedule: { pattern: '30 2 * * *', everyMs: null, tz: 'Europe/Berlin', limit: 9, endAt: endDate },
        nextJobState: 'delayed',
        whyNotEdit: null,
        made: 1,
      });
      expect(read.nextAt).toBeGreaterThan(Date.now());
      expect(await redis.exists(`bull:${queue.name}:${read.nextJobId}`)).toBe(1);
      const { template } = await desk.schedulers.get(ref, read.id);
      expect(JSON.parse(template?.data ?? '')).toEqual({ a: ['ü', 1] });
      await refuses(desk.schedulers.get(ref, 'no such'), 'not-found');
    });

    test('five hundred of them come in pages, each once, by their next time', async () => {
      const { queue, ref } = await openQueue('many');
      for (let n = 0; n < 500; n += 25)
        await Promise.all(
          Array.from({ length: 25 }, (_, m) =>
            queue.schedule(`s${n + m}`, { pattern: `${(n + m) % 60} ${(n + m) % 24} * * *` }, 'x'.repeat(200), {}),
          ),
        );
      const pages = await Promise.all(
        [0, 100, 200, 300, 400, 500].map((offset) => desk.schedulers.list(ref, offset, 100)),
      );
      const all = pages.flat();
      expect(new Set(all.map(({ id }) => id)).size).toBe(500);
      expect(all.map(({ nextAt }) => nextAt)).toEqual(
        all.map(({ nextAt }) => nextAt).sort((a, b) => (a ?? 0) - (b ?? 0)),
      );
      expect(await desk.schedulers.counts([ref])).toEqual([500]);
    });

    test('one that is added here is run by real workers, as often as its limit says', async () => {
      const { queue, ref } = await openQueue('add');
      const seen: DriverJob[] = [];
      const worker = await queue.work((job) => Promise.resolve(seen.push(job)));
      const id = await desk.schedulers.add(ref, {
        id: 'mine',
        name: 'tick',
        schedule: { everyMs: 400, limit: 3 },
        data: { n: 1 },
        opts: { attempts: 2 },
      });
      await until(() => seen.length >= 3, 10_000);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(seen.map(({ name, data }) => ({ name, data }))).toEqual(Array(3).fill({ name: 'tick', data: { n: 1 } }));
      const after = await only(ref);
      expect(after.id).toBe(id);
      expect(after).toMatchObject({ made: 3, schedule: { limit: 3, everyMs: 400 }, nextJobState: 'completed' });
      const [run] = await desk.schedulers.keptRuns(ref, after.jobKey, [after.nextAt ?? 0, 1]);
      expect(run).toMatchObject({ at: after.nextAt, outcome: 'completed' });
      await worker.close();
    });

    test('an id twice, no id, a zone or a pattern that is none, and an end that is past are refused', async () => {
      const { queue, ref, base } = await openQueue('refused');
      const body = { id: 'one', name: 'tick', schedule: { pattern: '0 3 * * *', tz: 'Europe/Berlin' } };
      await desk.schedulers.add(ref, body);
      await refuses(desk.schedulers.add(ref, body), 'conflict');
      if (!isBull) await refuses(desk.schedulers.add(ref, { schedule: { everyMs: 1_000 } }), 'bad-request');
      if (isBull)
        await refuses(
          desk.schedulers.add(ref, { name: 'o', schedule: { everyMs: 1_000, offsetMs: 10 } }),
          'bad-request',
        );
      for (const schedule of [
        { pattern: '99 * * * *' },
        { pattern: '0 3 * * *', tz: 'No/Where' },
        { everyMs: 1_000, endAt: Date.now() - 1 },
      ])
        await refuses(desk.schedulers.add(ref, { id: 'two', name: 'two', schedule }), 'bad-request');
      expect(await redis.zcard(`${base}:repeat`)).toBe(1);
      expect(await redis.zcard(`${base}:delayed`)).toBe(1);
      await queue.pause();
    });

    test('an edit changes the schedule and keeps the template; then the template alone; no job is left behind', async () => {
      const { queue, ref, base } = await openQueue('edit');
      await queue.schedule('mine', { pattern: '0 3 * * *', tz: 'Europe/Berlin' }, 'report', { keep: true });
      const before = await only(ref);
      const moved = await desk.schedulers.edit(ref, {
        id: before.id,
        schedule: { pattern: '0 4 * * *', tz: 'America/New_York' },
      });
      const second = await only(ref);
      expect(second).toMatchObject({
        id: moved,
        name: 'report',
        schedule: { pattern: '0 4 * * *', tz: 'America/New_York' },
      });
      expect(JSON.parse((await desk.schedulers.get(ref, moved)).template?.data ?? '')).toEqual({ keep: true });
      expect(await redis.zcard(`${base}:delayed`)).toBe(1);
      await desk.schedulers.edit(ref, {
        id: moved,
        schedule: { pattern: '0 4 * * *', tz: 'America/New_York' },
        data: { keep: false },
        opts: { attempts: 7 },
      });
      const third = await only(ref);
      expect(third.id).toBe(moved);
      const { template } = await desk.schedulers.get(ref, moved);
      expect(JSON.parse(template?.data ?? '')).toEqual({ keep: false });
      expect(template?.opts).toMatchObject({ attempts: 7 });
      const job = await redis.hmget(`${base}:${third.nextJobId}`, 'data', 'opts');
      expect(JSON.parse(job[0] ?? '')).toEqual({ keep: false });
      expect(job[1]).toContain('"attempts":7');
      expect(await redis.zcard(`${base}:delayed`)).toBe(1);
      const interval = await desk.schedulers.edit(ref, { id: moved, schedule: { everyMs: 3_600_000 } });
      expect(await only(ref)).toMatchObject({
        id: interval,
        schedule: { pattern: null, everyMs: 3_600_000, tz: null },
      });
      expect(await redis.zcard(`${base}:repeat`)).toBe(1);
    });

    test('one that has gone is neither edited, run nor removed', async () => {
      const { queue, ref } = await openQueue('gone');
      await queue.schedule('mine', { pattern: '0 3 * * *' }, 'report', {});
      const { id } = await only(ref);
      await desk.schedulers.remove(ref, id);
      expect(await desk.schedulers.list(ref, 0, 10)).toEqual([]);
      await refuses(desk.schedulers.edit(ref, { id, schedule: { everyMs: 1_000 } }), 'not-found');
      await refuses(desk.schedulers.runNow(ref, id), 'not-found');
      await refuses(desk.schedulers.remove(ref, id), 'not-found');
    });

    test.each(['plain', 'with:colons:in it', '😀/*'])('named “%s” it is removed with its next job', async (name) => {
      const { queue, ref, base } = await openQueue('remove');
      await queue.schedule(isBull ? 'id' : name, { pattern: '*/5 3 * * *', tz: 'Europe/Berlin' }, name, {});
      expect(await redis.zcard(`${base}:delayed`)).toBe(1);
      const { id, nextJobState } = await only(ref);
      expect(nextJobState).toBe('delayed');
      await desk.schedulers.remove(ref, id);
      expect(await redis.zcard(`${base}:delayed`)).toBe(0);
      expect(await redis.keys(`${base}:repeat*`)).toEqual([]);
    });

    test('run now adds a job like any other, and the schedule does not notice', async () => {
      const { queue, ref } = await openQueue('now');
      await queue.schedule('mine', { pattern: '0 3 1 1 *' }, 'report', { n: 'ä' });
      const before = await only(ref);
      const jobId = await desk.schedulers.runNow(ref, before.id);
      expect(jobId).not.toContain('repeat:');
      const seen: DriverJob[] = [];
      const worker = await queue.work((job) => Promise.resolve(seen.push(job)));
      await until(() => seen.length === 1);
      await worker.close();
      expect(seen[0]).toMatchObject({ id: jobId, name: 'report', data: { n: 'ä' } });
      expect(await only(ref)).toEqual(before);
    });

    test('one whose next job was taken away is seen as such', async () => {
      const { queue, ref } = await openQueue('broken');
      await queue.schedule('mine', { pattern: '0 3 1 1 *' }, 'report', { n: 1 });
      const { id, nextJobId } = await only(ref);
      await redis
        .multi()
        .zrem(`bull:${queue.name}:delayed`, nextJobId ?? '')
        .del(`bull:${queue.name}:${nextJobId}`)
        .exec();
      expect(await only(ref)).toMatchObject({ id, nextJobId: null, nextJobState: null });
      if (!isBull) return;
      await refuses(desk.schedulers.runNow(ref, id), 'unsupported');
      await refuses(desk.schedulers.edit(ref, { id, schedule: { pattern: '0 3 1 1 *' } }), 'unsupported');
      await desk.schedulers.edit(ref, { id, schedule: { pattern: '0 3 1 1 *' }, data: {}, opts: {} });
      expect(await only(ref)).toMatchObject({ nextJobState: 'delayed' });
    });

    test('nothing is done to a queue that is only watched', async () => {
      const { queue, ref } = await openQueue('watched');
      await queue.schedule('mine', { pattern: '0 3 1 1 *' }, 'report', {});
      const watched = { ...ref, readOnlyReason: 'only watched' };
      const { id } = await only(watched);
      for (const change of [
        () => desk.schedulers.remove(watched, id),
        () => desk.schedulers.runNow(watched, id),
        () => desk.schedulers.edit(watched, { id, schedule: { everyMs: 1_000 } }),
        () => desk.schedulers.add(watched, { id: 'x', schedule: { everyMs: 1_000 } }),
      ])
        await refuses((async () => change())(), 'unsupported');
    });

    if (driver.package === 'bullmq5')
      test('BullMQ 5’s repeatable jobs of before are read, edited under their key, run and removed', async () => {
        const { queue, ref, base } = await openQueue('legacy');
        await queue.repeatAsBefore({ pattern: '0 3 * * *', tz: 'Europe/Berlin', limit: 4 }, 'old', { n: 1 });
        const before = await only(ref);
        expect(before).toMatchObject({
          form: 'bullmq-repeatable',
          name: 'old',
          schedule: { pattern: '0 3 * * *', tz: 'Europe/Berlin', limit: 4 },
          nextJobState: 'delayed',
        });
        expect(await desk.schedulers.edit(ref, { id: before.id, schedule: { everyMs: 3_600_000 } })).toBe(before.id);
        const after = await only(ref);
        expect(after).toMatchObject({
          form: 'bullmq-repeatable',
          schedule: { everyMs: 3_600_000, pattern: null, tz: null },
        });
        expect(await redis.zcard(`${base}:delayed`)).toBe(1);
        await desk.schedulers.runNow(ref, before.id);
        expect(await redis.llen(`${base}:wait`)).toBe(1);
        // Read by a desk that takes the queue for BullMQ 6's, it is there and may only be removed.
        const asSix = { ...ref, version: 'bullmq:6.0.0' };
        expect((await only(asSix)).whyNotEdit).toContain('BullMQ 6');
        await refuses(desk.schedulers.edit(asSix, { id: before.id, schedule: { everyMs: 1_000 } }), 'unsupported');
        await desk.schedulers.remove(ref, before.id);
        expect(await redis.zcard(`${base}:delayed`)).toBe(0);
        expect(await redis.keys(`${base}:repeat*`)).toEqual([]);
      });
  });
}

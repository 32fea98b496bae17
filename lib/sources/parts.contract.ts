import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppError } from '../domain/errors';
import { fromQueueKey } from '../domain/queue-key';
import { databaseIndex, emptyDatabase, refOf, silentLog, sourceOf, uniqueName, until } from '../testing/looker';
import type { DriverQueue, QueueDriver } from '../testing/queue-driver';
import { openTcpTap } from '../testing/tcp-tap';
import { RedisDesk } from './redis/redis-desk';
import type { LogRequest } from './job-parts';
import type { QueueRef } from './source';

/** What the parts of one job must tell, on real queues of a real library. */
export function describeParts(driver: QueueDriver, database: number): void {
  const isBullMq = driver.kind === 'bullmq';
  describe(`Parts of jobs of ${driver.label}`, () => {
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
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'ok',
        (error: unknown) => (error as AppError).code,
      );

    describe('log', () => {
      const withLog = async (lines: readonly string[]) => {
        const queue = openQueue('log');
        const id = await queue.add('work', {});
        for (let at = 0; at < lines.length; at += 1_000)
          await redis.rpush(`bull:${queue.name}:${id}:logs`, ...lines.slice(at, at + 1_000));
        const ref = await direct(queue);
        return (request: Partial<LogRequest> = {}) =>
          desk.parts.logs(ref, id, { order: 'newest', from: null, limit: 100, text: null, ...request });
      };
      const numbered = Array.from({ length: 2_500 }, (_, n) => `line ${n}${n % 1_000 === 7 ? ' NEEDLE' : ''}`);

      test('pages from either end meet every line once', async () => {
        const read = await withLog(numbered);
        for (const order of ['newest', 'oldest'] as const) {
          const seen: number[] = [];
          let from: number | null = null;
          do {
            const page = await read({ order, from });
            expect(page.total).toBe(2_500);
            expect(page.lines.length).toBeLessThanOrEqual(100);
            expect(page.scanned).toBe(page.lines.length);
            for (const { index, text } of page.lines) expect(text).toBe(numbered[index]);
            seen.push(...page.lines.map(({ index }) => index));
            from = page.next;
          } while (from !== null);
          const expected = numbered.map((_, index) => index);
          expect(seen).toEqual(order === 'oldest' ? expected : expected.reverse());
        }
      });

      test('a search finds what holds the text, says how far it read, and goes on', async () => {
        const read = await withLog(numbered);
        const all = await read({ text: 'needle' });
        expect(all.lines.map(({ index }) => index)).toEqual([2_007, 1_007, 7]);
        expect(all).toMatchObject({ scanned: 2_500, next: null });
        const first = await read({ text: 'needle', order: 'oldest', limit: 1 });
        expect(first.lines.map(({ index }) => index)).toEqual([7]);
        const second = await read({ text: 'needle', order: 'oldest', limit: 1, from: first.next });
        expect(second.lines.map(({ index }) => index)).toEqual([1_007]);
      });

      test('no log, a log of one, and a place beyond the end', async () => {
        expect(await (await withLog([]))()).toEqual({ lines: [], total: 0, scanned: 0, next: null });
        const read = await withLog(['only\u001b[31m']);
        expect(await read({ order: 'oldest', from: 99 })).toMatchObject({ lines: [], next: null });
        expect((await read()).lines).toEqual([{ index: 0, text: 'only\u001b[31m', isCut: false }]);
      });

      test('huge lines are cut, and only few are read at once', async () => {
        const read = await withLog(Array.from({ length: 40 }, () => 'l'.repeat(500_000)));
        const page = await read();
        expect(page.lines.length).toBeLessThan(6);
        expect(page.lines[0]).toMatchObject({ index: 39, isCut: true });
        expect(JSON.stringify(page).length).toBeLessThan(64 * 1024);
        expect(page.next).not.toBeNull();
      });
    });

    test('who made a job, and what keeps doubles of it out', async () => {
      const queue = openQueue('made');
      const id = await queue.add('plain', {});
      const ref = await direct(queue);
      expect(await desk.job(ref, id)).toMatchObject({ scheduler: null, deduplicationId: null, parent: null });
      await queue.schedule('nightly', { pattern: '0 3 * * *' }, 'work', {});
      const [made] = await redis.zrange(`bull:${queue.name}:delayed`, 0, 0);
      const [key] = await redis.zrange(`bull:${queue.name}:repeat`, 0, 0);
      expect(key).toMatch(isBullMq ? /^nightly$/ : /:0 3 \* \* \*$/);
      expect(await desk.job(ref, made as string)).toMatchObject({ scheduler: key, state: 'delayed' });
      const single = await queue.addOnce('once', 'the-id');
      expect(await desk.job(ref, single)).toMatchObject({ deduplicationId: 'the-id' });
    });

    if (!isBullMq) {
      test('Bull has neither flows nor events', async () => {
        const queue = openQueue('none');
        const id = await queue.add('work', {});
        const ref = await direct(queue);
        expect(await codeOf(desk.parts.flow(ref, id, { set: 'failed', cursor: null, limit: 5 }))).toBe('unsupported');
        expect(await codeOf(desk.parts.events(ref, id))).toBe('unsupported');
      });
      return;
    }

    describe('flow', () => {
      test('three levels: parents above, children below with their states, each in its own queue', async () => {
        const [top, middle, bottom] = [openQueue('top'), openQueue('middle'), openQueue('bottom')];
        const tree = await top.addFlow({
          name: 'root',
          queue: top.name,
          children: [
            {
              name: 'branch',
              queue: middle.name,
              children: Array.from({ length: 200 }, (_, n) => ({
                name: n === 3 ? 'fail' : 'leaf',
                queue: bottom.name,
              })),
            },
          ],
        });
        const branch = tree.children[0]?.id as string;
        const ref = { top: await direct(top), middle: await direct(middle), bottom: await direct(bottom) };
        const root = await desk.parts.flow(ref.top, tree.id, { set: 'unprocessed', cursor: null, limit: 25 });
        expect(root).toMatchObject({ parents: [], counts: { unprocessed: 1, processed: 0 }, nextCursor: null });
        expect(root.children).toMatchObject([
          { id: branch, name: 'branch', state: 'waiting-children', hasChildren: true },
        ]);
        expect(fromQueueKey(root.children[0]?.queueKey ?? '')).toEqual({
          source: 'test',
          namespace: 'bull',
          name: middle.name,
        });
        const ids = new Set<string>();
        let cursor: string | null = null;
        do {
          const page = await desk.parts.flow(ref.middle, branch, { set: 'unprocessed', cursor, limit: 25 });
          expect(page.children.length).toBeLessThanOrEqual(25);
          expect(page.parents).toMatchObject([{ id: tree.id, name: 'root', state: 'waiting-children' }]);
          for (const { id, state } of page.children) {
            expect(state).toBe('waiting');
            ids.add(id);
          }
          cursor = page.nextCursor;
        } while (cursor !== null);
        expect(ids.size).toBe(200);
        const [leaf] = ids;
        const below = await desk.parts.flow(ref.bottom, leaf as string, { set: 'unprocessed', cursor: null, limit: 5 });
        expect(below.parents.map(({ id }) => id)).toEqual([tree.id, branch]);

        const worker = await bottom.work(
          ({ name }) => (name === 'fail' ? Promise.reject(new Error('no leaf')) : Promise.resolve('x'.repeat(20_000))),
          { concurrency: 20 },
        );
        await until(async () => (await redis.zcard(`bull:${bottom.name}:completed`)) === 199);
        await until(async () => (await redis.zcard(`bull:${bottom.name}:failed`)) === 1);
        await worker.close();
        const tap = await openTcpTap(Number(new URL(url).port));
        const tapped = new RedisDesk(sourceOf(`redis://127.0.0.1:${tap.port}/${databaseIndex(database)}`), silentLog);
        const ask = () => tapped.parts.flow(ref.middle, branch, { set: 'processed', cursor: null, limit: 25 });
        await until(() =>
          ask().then(
            () => true,
            () => false,
          ),
        );
        tap.reset();
        const done = await ask();
        expect(done.counts).toMatchObject({ processed: 199 });
        expect(done.children).toHaveLength(25);
        expect(done.children.every(({ state }) => state === 'completed')).toBe(true);
        // What the children returned, 4 MB, stays in Redis.
        expect(tap.bytesDown()).toBeLessThan(128 * 1024);
        await tapped.close();
        await tap.close();
      });

      test('children that are gone, a job without a flow, and one that is not there', async () => {
        const queue = openQueue('lone');
        const child = openQueue('child');
        const id = await queue.addParent('parent', child.name);
        const ref = await direct(queue);
        const [before] = (await desk.parts.flow(ref, id, { set: 'unprocessed', cursor: null, limit: 5 })).children;
        await redis.del(`bull:${child.name}:${before?.id}`);
        expect((await desk.parts.flow(ref, id, { set: 'unprocessed', cursor: null, limit: 5 })).children).toMatchObject(
          [{ id: before?.id, state: null, name: null }],
        );
        const lone = await queue.add('lone', {});
        expect(await desk.parts.flow(ref, lone, { set: 'failed', cursor: null, limit: 5 })).toMatchObject({
          parents: [],
          children: [],
          counts: { unprocessed: 0, processed: 0, failed: 0, ignored: 0 },
        });
        expect(await codeOf(desk.parts.flow(ref, 'nobody', { set: 'failed', cursor: null, limit: 5 }))).toBe(
          'not-found',
        );
        expect(await codeOf(desk.parts.flow(ref, id, { set: 'failed', cursor: 'x', limit: 5 }))).toBe('ok');
        expect(await codeOf(desk.parts.flow(ref, id, { set: 'unprocessed', cursor: 'x', limit: 5 }))).toBe(
          'bad-request',
        );
      });

      test('parents that go round in a circle end', async () => {
        const queue = openQueue('circle');
        const [a, b] = await queue.addMany([1, 2].map(() => ({ name: 'work', data: {} })));
        await redis.hset(`bull:${queue.name}:${a}`, 'parentKey', `bull:${queue.name}:${b}`);
        await redis.hset(`bull:${queue.name}:${b}`, 'parentKey', `bull:${queue.name}:${a}`);
        const { parents } = await desk.parts.flow(await direct(queue), a as string, {
          set: 'failed',
          cursor: null,
          limit: 5,
        });
        expect(parents.map(({ id }) => id)).toEqual([b]);
      });
    });

    test('events tell each attempt of a job, among those of others and whatever they returned', async () => {
      const queue = openQueue('events');
      const ref = await direct(queue).then(async () => {
        await queue.addMany(Array.from({ length: 60 }, () => ({ name: 'other', data: {} })));
        return direct(queue);
      });
      const id = await queue.add('flaky', {}, { attempts: 3, backoff: 50 });
      const worker = await queue.work(({ name }) =>
        name === 'flaky' ? Promise.reject(new Error('no')) : Promise.resolve('r'.repeat(50_000)),
      );
      await until(async () => (await redis.zcard(`bull:${queue.name}:failed`)) === 1);
      await until(async () => (await redis.zcard(`bull:${queue.name}:completed`)) === 60);
      await worker.close();
      const { events, isComplete, scanned } = await desk.parts.events(ref, id);
      expect(isComplete).toBe(true);
      expect(scanned).toBeGreaterThan(180);
      expect(events.filter(({ event }) => event === 'active')).toHaveLength(3);
      expect(events[0]?.event).toBe('added');
      expect(events.findLast(({ event }) => event === 'failed')).toMatchObject({ detail: 'no' });
      expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort((one, two) => one - two));
      const job = await desk.job(ref, id);
      expect(Math.abs((events.at(-1)?.at ?? 0) - (job.finishedOn ?? 0))).toBeLessThan(1_000);
      await redis.xtrim(`bull:${queue.name}:events`, 'MAXLEN', 1);
      expect((await desk.parts.events(ref, id)).isComplete).toBe(false);
      await redis.del(`bull:${queue.name}:events`);
      expect(await desk.parts.events(ref, id)).toMatchObject({ events: [], reachesBackTo: null });
      expect(await codeOf(desk.parts.events(ref, 'nobody'))).toBe('not-found');
    });
  });
}

import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobPage } from '../domain/job';
import type { JobState } from '../domain/queue';
import { emptyDatabase, refOf, silentLog, sourceOf, uniqueName, until } from '../testing/looker';
import type { DriverQueue, QueueDriver } from '../testing/queue-driver';
import { RedisDesk } from './redis/redis-desk';
import type { JobPageRequest, QueueRef } from './source';

const JOBS = 230;
const START = 1_700_000_000_000;

/** What pages of a list must do for every kind of queue, with scripts and where the broker forbids them. */
export function describePages(driver: QueueDriver, database: number): void {
  describe(`pages of jobs of ${driver.label}`, () => {
    let url: string;
    let redis: Redis;
    let queue: DriverQueue;
    let ref: QueueRef;
    const user = uniqueName('scriptless');
    const desks: RedisDesk[] = [];

    beforeAll(async () => {
      ({ url, redis } = await emptyDatabase(database));
      await redis.call('ACL', 'SETUSER', user, 'on', '>secret', '~*', '&*', '+@all', '-@scripting');
      desks.push(new RedisDesk(sourceOf(url), silentLog));
      desks.push(new RedisDesk(sourceOf(url.replace('//', `//${user}:secret@`)), silentLog));
      queue = driver.open(url, 'bull', uniqueName('pages'));
      ref = refOf(driver.kind, queue);
      await queue.addMany(
        Array.from({ length: JOBS }, (_, n) => ({ name: 'n', data: { n }, options: { jobId: `j${n}` } })),
      );
      const pipeline = redis.pipeline();
      for (let n = 0; n < JOBS; n += 1) {
        // Ten at a time end in the same ms.
        pipeline.zadd(
          `bull:${queue.name}:failed`,
          START + Math.floor(n / 10) * 1_000,
          `j${String(n).padStart(3, '0')}`,
        );
        pipeline.zadd(`bull:${queue.name}:delayed`, (START + n * 1_000) * 0x1000 + n, `j${String(n).padStart(3, '0')}`);
      }
      await pipeline.exec();
      for (const desk of desks)
        await until(() =>
          desk.activeJobs(ref, 1).then(
            () => true,
            () => false,
          ),
        );
    });
    afterAll(async () => {
      await queue.close();
      await Promise.all(desks.map((desk) => desk.close()));
      await redis.call('ACL', 'DELUSER', user);
      redis.disconnect();
    });

    const read = async (state: JobState, more: Partial<JobPageRequest> = {}): Promise<JobPage> => {
      const request = { state, order: 'newest', limit: 50, cursor: null, ...more } as const;
      const [one, two] = await Promise.all(desks.map((desk) => desk.jobs(ref, request)));
      expect(two).toEqual(one);
      return one as JobPage;
    };
    const ids = ({ jobs }: JobPage) => jobs.map(({ id }) => id);

    test.each(['failed', 'delayed', 'waiting'] as const)('%s: to the end and back, page by page', async (state) => {
      for (const order of ['newest', 'oldest'] as const) {
        const forth: string[][] = [];
        let page = await read(state, { order });
        expect(page.previousCursor).toBeNull();
        for (;;) {
          expect(page).toMatchObject({ total: JOBS, start: forth.length * 50 });
          forth.push(ids(page));
          if (page.nextCursor === null) break;
          page = await read(state, { order, cursor: page.nextCursor });
        }
        expect(forth.map((each) => each.length)).toEqual([50, 50, 50, 50, 30]);
        expect(new Set(forth.flat()).size).toBe(JOBS);
        const back = [ids(page)];
        while (page.previousCursor !== null) {
          page = await read(state, { order, cursor: page.previousCursor });
          back.unshift(ids(page));
        }
        expect(back).toEqual(forth);
      }
    });

    test.each(['failed', 'delayed', 'waiting'] as const)('%s: the last page is full, and leads back', async (state) => {
      const all = ids(await read(state, { limit: 200 })).concat(
        ids(await read(state, { limit: 200, cursor: (await read(state, { limit: 200 })).nextCursor })),
      );
      const last = await read(state, { cursor: 'last' });
      expect(ids(last)).toEqual(all.slice(-50));
      expect(last).toMatchObject({ start: JOBS - 50, nextCursor: null });
      const before = await read(state, { cursor: last.previousCursor });
      expect(ids(before)).toEqual(all.slice(-100, -50));
      expect(ids(await read(state, { cursor: before.nextCursor }))).toEqual(all.slice(-50));
      // Where fewer are left than a page has, the way back ends at the full first page.
      const near = await read(state, { limit: 20 });
      const after = await read(state, { cursor: near.nextCursor });
      expect(ids(await read(state, { cursor: after.previousCursor }))).toEqual(all.slice(0, 50));
    });

    test('a time is jumped to, and left in both directions', async () => {
      const page = await read('failed', { at: START + 10_500 });
      expect(page.jobs[0]).toMatchObject({ id: 'j109', finishedOn: START + 10_000 });
      expect(page.start).toBe(120);
      expect((await read('failed', { cursor: page.previousCursor })).jobs.at(-1)?.id).toBe('j110');
      const up = await read('failed', { at: START + 10_500, order: 'oldest' });
      expect(up.jobs[0]).toMatchObject({ id: 'j110', finishedOn: START + 11_000 });
      expect((await read('delayed', { at: START + 7_000 })).jobs[0]).toMatchObject({ delayUntil: START + 7_000 });
      expect((await read('delayed', { at: START + 7_000, order: 'oldest' })).jobs[0]?.delayUntil).toBe(START + 7_000);
      expect(await read('failed', { at: START - 1 })).toMatchObject({ jobs: [], start: null, total: JOBS });
      for (const state of ['waiting', ...(driver.kind === 'bullmq' ? (['prioritized'] as const) : [])] as const)
        await expect(read(state, { at: START })).rejects.toMatchObject({ code: 'unsupported' });
      await expect(read('failed', { cursor: 'b.x' })).rejects.toMatchObject({ code: 'bad-request' });
    });
  });
}

import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobState } from '../domain/queue';
import { parseJobQuery } from '../search/parse-query';
import { emptyDatabase, refOf, silentLog, sourceOf, uniqueName, until } from '../testing/looker';
import type { DriverQueue, QueueDriver } from '../testing/queue-driver';
import type { ScanPage, ScanRequest } from './job-scan';
import { RedisDesk } from './redis/redis-desk';
import { SCAN_SCRIPT } from './redis/scan-script';
import type { QueueRef } from './source';

const HOSTILE = '<b>"\u202e\u001b[31m\\ Ünïcode 北京';
const DEEP = 10_000;
const NOBODY = { prefix: 'bull', name: 'nobody' };

/** What searching must do for every kind of queue, with scripts and where the broker forbids them. */
export function describeScan(driver: QueueDriver, database: number): void {
  describe(`searching jobs of ${driver.label}`, () => {
    let url: string;
    let redis: Redis;
    let queue: DriverQueue;
    let ref: QueueRef;
    // Users are the server's, not the database's.
    const user = uniqueName('scriptless');
    const desks: RedisDesk[] = [];
    const open: DriverQueue[] = [];

    const openQueue = (word: string): DriverQueue => {
      const made = driver.open(url, 'bull', uniqueName(word));
      open.push(made);
      return made;
    };
    const key = (id: string, of = queue) => `bull:${of.name}:${id}`;

    beforeAll(async () => {
      ({ url, redis } = await emptyDatabase(database));
      await redis.call('ACL', 'SETUSER', user, 'on', '>secret', '~*', '&*', '+@all', '-@scripting');
      desks.push(new RedisDesk(sourceOf(url), silentLog));
      desks.push(new RedisDesk(sourceOf(url.replace('//', `//${user}:secret@`)), silentLog));
      for (const desk of desks)
        await until(() =>
          desk.act(refOf('bull', NOBODY), 'remove', []).then(
            () => true,
            () => false,
          ),
        );
      queue = openQueue('scan');
      ref = refOf(driver.kind, queue);
      const worker = await queue.work(async ({ name, data }) => {
        if (name === 'fails') throw new TypeError(`order ${(data as { order: number }).order} DECLINED by ${HOSTILE}`);
        return { receipt: (data as { order: number }).order, note: HOSTILE };
      });
      const jobs = Array.from({ length: 12 }, (_, order) => ({
        name: order % 3 === 0 ? 'fails' : 'Ships',
        data: { order, customer: { id: order % 4, tags: ['vip', `t${order}`] }, note: HOSTILE, total: order * 10 },
        options: { jobId: `job-${order}` },
      }));
      await queue.addMany(jobs);
      await until(async () => (await redis.zcard(key('failed'))) === 4 && (await redis.zcard(key('completed'))) === 8);
      await worker.close();
      await queue.addMany([
        { name: 'later', data: { at: 1 }, options: { delay: 3_600_000, jobId: 'later-1' } },
        { name: 'soon', data: { at: 2 }, options: { delay: 7_200_000, jobId: 'later-2' } },
        ...['w-1', 'w-2', 'w-3'].map((jobId, n) => ({ name: 'waits', data: { n }, options: { jobId } })),
      ]);
      if (driver.kind === 'bullmq') {
        await queue.add('urgent', { n: 9 }, { priority: 4, jobId: 'p-1' });
        await queue.addParent('parent', `${queue.name}-child`);
      }
    });
    afterAll(async () => {
      await Promise.all(open.map((one) => one.close()));
      await Promise.all(desks.map((desk) => desk.close()));
      await redis.call('ACL', 'DELUSER', user);
      redis.disconnect();
    });

    const request = (state: JobState, text: string, more: Partial<ScanRequest> = {}): ScanRequest => {
      const { query, problems } = parseJobQuery(text, Date.now());
      if (!query) throw new Error(JSON.stringify(problems));
      return { state, query, order: 'oldest', cursor: null, until: null, budgetMs: 1_000, maxHits: 1_000, ...more };
    };
    /** Ids found, with scripts and without: both must find the same. */
    const find = async (
      state: JobState,
      text: string,
      more: Partial<ScanRequest> = {},
      of = ref,
    ): Promise<string[]> => {
      const [one, two] = await Promise.all(desks.map((desk) => desk.scan.ids(of, request(state, text, more))));
      expect(two?.hits).toEqual(one?.hits);
      expect(two?.unsearched).toBe(one?.unsearched);
      return (one as ScanPage<{ id: string }>).hits.map(({ id }) => id);
    };
    const orders = (...numbers: number[]) => numbers.map((order) => `job-${order}`);

    test('each term finds its jobs', async () => {
      const failed = orders(0, 3, 6, 9);
      expect(await find('failed', '')).toEqual(failed);
      expect(await find('failed', 'error:declined')).toEqual(failed);
      expect(await find('failed', 'error:"order 3 d"')).toEqual(orders(3));
      expect(await find('failed', '-error:"order 3 d"')).toEqual(orders(0, 6, 9));
      expect(await find('failed', 'error:ünïCODE')).toEqual(failed);
      expect(await find('failed', 'error:北京')).toEqual(failed);
      expect(await find('failed', 'error:"\\\\ ünï"')).toEqual(failed);
      expect(await find('failed', 'error="order 3"')).toEqual([]);
      expect(await find('failed', 'stack:job-scan.contract')).toEqual(failed);
      expect(await find('failed', 'stack:nowhere.ts')).toEqual([]);
      expect(await find('failed', 'id:job-9')).toEqual(orders(9));
      expect(await find('failed', 'id=job-')).toEqual([]);
      expect(await find('completed', 'name:SHIP')).toHaveLength(8);
      expect(await find('completed', 'name=ships')).toEqual([]);
      expect(await find('completed', 'name=Ships')).toHaveLength(8);
      expect(await find('completed', 'data.customer.id=1')).toEqual(orders(1, 5));
      expect(await find('completed', 'data.customer.tags:t1')).toEqual(orders(1, 10, 11));
      expect(await find('completed', 'data.customer.tags.1=t1')).toEqual(orders(1));
      expect(await find('completed', '-data.customer.id=1 data.total>=100')).toEqual(orders(10, 11));
      expect(await find('completed', 'result.receipt=7')).toEqual(orders(7));
      expect(await find('completed', 'data:"<b>\\""')).toHaveLength(8);
      expect(await find('completed', 'data.note:"ünïcode 北京"')).toHaveLength(8);
      expect(await find('completed', 'T11')).toEqual(orders(11));
      expect(await find('completed', 'receipt')).toHaveLength(8);
      expect(await find('failed', 'attempts>=1')).toEqual(failed);
      expect(await find('failed', 'attempts>1')).toEqual([]);
      expect(await find('completed', 'age<1h run<1m wait<1m finished:today')).toHaveLength(8);
      expect(await find('completed', 'run>1h')).toEqual([]);
      expect(await find('completed', 'finished<2020-01-01')).toEqual([]);
      expect(await find('failed', 'group:none')).toEqual([]);
    });

    test('a whole id is looked up, not searched for', async () => {
      for (const desk of desks) {
        const look = async (state: JobState, text: string) => {
          const { query } = parseJobQuery(text, Date.now());
          if (!query) throw new Error(text);
          const request = {
            state,
            query,
            order: 'newest',
            cursor: null,
            until: null,
            budgetMs: 500,
            maxHits: 10,
          } as const;
          const { hits, ...page } = await desk.scan.ids(ref, request);
          expect(page).toMatchObject({ scanned: 1, of: 1, nextCursor: null });
          return hits.map(({ id }) => id);
        };
        expect(await look('failed', 'id=job-3')).toEqual(['job-3']);
        expect(await look('completed', 'id=job-3')).toEqual([]);
        expect(await look('failed', 'id=job-3 name:fails')).toEqual(['job-3']);
        expect(await look('failed', 'id=job-3 name:ships')).toEqual([]);
        expect(await look('waiting', 'id=w-2')).toEqual(['w-2']);
        expect(await look('delayed', 'id=later-1')).toEqual(['later-1']);
        expect(await look('failed', 'id=meta')).toEqual([]);
      }
    });

    test('a failure group is found by its fingerprint', async () => {
      const { fingerprintOf } = await import('../failures/fingerprint');
      const { newestStack } = await import('../failures/stack');
      const [reason = null, trace] = await redis.hmget(key('job-3'), 'failedReason', 'stacktrace');
      const { fingerprint } = fingerprintOf({ reason, stack: newestStack(trace) });
      expect(await find('failed', `group:${fingerprint}`)).toEqual(orders(0, 3, 6, 9));
    });

    test('every state is searched, in both orders', async () => {
      expect(await find('delayed', 'name:later')).toEqual(['later-1']);
      expect(await find('delayed', '', { order: 'newest' })).toEqual(['later-2', 'later-1']);
      expect(await find('waiting', 'data.n>=1')).toEqual(['w-2', 'w-3']);
      expect(await find('waiting', 'name:waits', { order: 'newest' })).toEqual(['w-3', 'w-2', 'w-1']);
      expect(await find('active', 'x')).toEqual([]);
      expect(await find('failed', 'error:declined', { order: 'newest' })).toEqual(orders(9, 6, 3, 0));
      if (driver.kind === 'bullmq') {
        expect(await find('prioritized', 'priority=4 urgent')).toEqual(['p-1']);
        expect(await find('waiting-children', 'name=parent')).toHaveLength(1);
      } else
        await expect(desks[0]?.scan.ids(ref, request('prioritized', ''))).rejects.toMatchObject({
          code: 'unsupported',
        });
      const busy = openQueue('busy');
      let release: () => void = () => undefined;
      await busy.work(() => new Promise<void>((resolve) => (release = resolve)));
      await busy.add('holds', { n: 1 });
      await until(async () => (await redis.llen(`bull:${busy.name}:active`)) === 1);
      expect(await find('active', 'name:holds run<1m age<1m', {}, refOf(driver.kind, busy))).toHaveLength(1);
      release();
    });

    test('rows of hits are those of the list', async () => {
      const page = await desks[0]?.scan.rows(ref, request('failed', 'error:"order 6 "'));
      const list = await desks[0]?.jobs(ref, { state: 'failed', limit: 50, cursor: null, order: 'oldest' });
      expect(page?.hits).toEqual(list?.jobs.filter(({ id }) => id === 'job-6'));
      expect(page).toMatchObject({ scanned: 4, of: 4, nextCursor: null });
    });

    test('what finished after the search began is left out', async () => {
      const scores = await redis.zrange(key('failed'), 0, -1, 'WITHSCORES');
      const third = Number(scores[5]);
      const before = orders(0, 3, 6, 9).filter((_, index) => Number(scores[2 * index + 1]) <= third);
      expect(await find('failed', 'error:declined', { until: third })).toEqual(before);
      expect(await find('failed', 'error:declined', { until: third, order: 'newest' })).toEqual([...before].reverse());
      expect(await find('failed', '', { until: Number(scores[1]) - 1 })).toEqual([]);
    });

    describe('in sets that change', () => {
      const fill = async (of: DriverQueue, count: number, sameScore: boolean) => {
        for (let start = 0; start < count; start += 1_000) {
          const pipeline = redis.pipeline();
          for (let n = start; n < Math.min(count, start + 1_000); n += 1) {
            pipeline.hset(key(`j${n}`, of), {
              name: 'n',
              data: `{"n":${n}}`,
              opts: '{}',
              timestamp: 1,
              failedReason: 'boom',
            });
            pipeline.zadd(key('failed', of), sameScore ? 5_000 : 5_000 + n, `j${n}`);
          }
          await pipeline.exec();
        }
      };

      test.each([false, true])(
        'pages lose and repeat nothing while jobs go and come (one score: %s)',
        async (sameScore) => {
          const of = openQueue('moving');
          await of.add('first', {});
          await fill(of, 3_000, sameScore);
          const target = refOf(driver.kind, of);
          for (const desk of desks)
            for (const order of ['newest', 'oldest'] as const) {
              const seen: string[] = [];
              const gone = new Set<string>();
              let cursor: string | null = null;
              let scanned = 0;
              do {
                const page: ScanPage<{ id: string; score: number | null }> = await desk.scan.ids(
                  target,
                  request('failed', 'error:boom -id:new', { order, cursor, maxHits: 270 }),
                );
                seen.push(...page.hits.map(({ id }) => id));
                scanned += page.scanned;
                cursor = page.nextCursor;
                // The last seen, one seen before it and one still to come go; new ones come at both ends.
                const [last, earlier] = [seen.at(-1), seen.at(-50)];
                for (const id of [last, earlier]) if (id !== undefined) await redis.zrem(key('failed', of), id);
                const ahead = `j${order === 'newest' ? 3 : 2_995}`;
                if (!seen.includes(ahead)) gone.add(ahead);
                await redis.zrem(key('failed', of), ahead);
                await redis.zadd(key('failed', of), sameScore ? 5_000 : 1, `new-a${seen.length}`);
                await redis.zadd(key('failed', of), sameScore ? 5_000 : 9_999_999, `new-b${seen.length}`);
              } while (cursor !== null);
              const expected = Array.from({ length: 3_000 }, (_, n) => `j${n}`).filter((id) => !gone.has(id));
              expect(new Set(seen).size).toBe(seen.length);
              expect([...seen].sort()).toEqual([...expected].sort());
              expect(scanned).toBeGreaterThanOrEqual(2_999);
              await fill(of, 3_000, sameScore);
            }
        },
      );

      test('a list is gone through while jobs are taken and added', async () => {
        const of = openQueue('list');
        await of.add('first', {}, { jobId: 'seed' });
        const pipeline = redis.pipeline().del(key('wait', of));
        for (let n = 0; n < 2_000; n += 1) pipeline.lpush(key('wait', of), `l${n}`);
        await pipeline.exec();
        const target = refOf(driver.kind, of);
        for (const order of ['newest', 'oldest'] as const) {
          const seen: string[] = [];
          const left = (await redis.lrange(key('wait', of), 0, -1)).filter((id) => !id.startsWith('new'));
          let cursor: string | null = null;
          do {
            const page: ScanPage<{ id: string; score: number | null }> = await (desks[0] as RedisDesk).scan.ids(
              target,
              request('waiting', '-id:new', { order, cursor, maxHits: 300 }),
            );
            seen.push(...page.hits.map(({ id }) => id));
            cursor = page.nextCursor;
            for (let n = 0; n < 8; n += 1) {
              await redis.rpop(key('wait', of));
              await redis.lpush(key('wait', of), `new-${order}${seen.length}-${n}`);
            }
          } while (cursor !== null);
          expect(new Set(seen).size).toBe(seen.length);
          // 8 are taken at the end after each page: only those that were not reached yet are missed.
          if (order === 'newest') expect(seen.length).toBeGreaterThanOrEqual(2_000 - 7 * 8);
          else expect(seen).toEqual(expect.arrayContaining(left));
        }
      });
    });

    test('a call ends when its time is over or the person has gone, and says where to go on', async () => {
      const of = openQueue('slow');
      await of.add('first', {});
      const pipeline = redis.pipeline();
      const data = JSON.stringify({ text: 'lorem ipsum '.repeat(150) });
      for (let n = 0; n < 6_000; n += 1) {
        pipeline.hset(key(`s${n}`, of), { data, timestamp: 1 });
        pipeline.zadd(key('completed', of), n, `s${n}`);
      }
      await pipeline.exec();
      const target = refOf(driver.kind, of);
      const desk = desks[0] as RedisDesk;
      const part = await desk.scan.ids(target, request('completed', 'data:absent', { budgetMs: 1 }));
      expect(part.scanned).toBeLessThan(6_000);
      expect(part.of).toBe(6_000);
      const stopped = await desk.scan.ids(
        target,
        request('completed', 'data:absent', { cursor: part.nextCursor, signal: AbortSignal.abort() }),
      );
      expect(stopped.nextCursor).not.toBeNull();
      const rest = await desk.scan.ids(
        target,
        request('completed', 'data:absent', { cursor: stopped.nextCursor, budgetMs: 9_000 }),
      );
      expect(part.scanned + stopped.scanned + rest.scanned).toBe(6_000);
      expect(rest.nextCursor).toBeNull();
    });

    test('payloads without end are skipped and counted, and no call holds the broker for long', async () => {
      const of = openQueue('huge');
      await of.add('first', {});
      const add = async (id: string, data: string, score: number) => {
        await redis.hset(key(id, of), { name: 'n', data, timestamp: 1 });
        await redis.zadd(key('completed', of), score, id);
      };
      const big = JSON.stringify({ end: 'needle', text: 'x'.repeat(5 * 1024 * 1024) });
      for (let n = 0; n < 10; n += 1) await add(`huge-${n}`, big, n);
      await add('half', JSON.stringify({ text: 'x'.repeat(500 * 1024), end: 'NEEDLE' }), 100);
      await add('deep', `${'{"a":'.repeat(DEEP)}"needle"${'}'.repeat(DEEP)}`, 101);
      await add('broken', '{"a": needle', 102);
      await add('surrogate', JSON.stringify({ a: '\ud800needle' }), 103);
      await redis.hset(key('binary', of), { data: Buffer.from([0xff, 0xfe, 0x00, 0x6e]), timestamp: 1 });
      await redis.zadd(key('completed', of), 104, 'binary', 105, 'orphan');
      const target = refOf(driver.kind, of);
      expect(await find('completed', 'data:needle', {}, target)).toEqual(['half', 'deep', 'broken', 'surrogate']);
      expect(await find('completed', 'data.a:needle', {}, target)).toEqual(['surrogate']);
      expect(await find('completed', '-data:needle', {}, target)).toEqual(['binary', 'orphan']);
      expect(await find('completed', 'id:binary', {}, target)).toEqual(['binary']);
      const page = await desks[0]?.scan.rows(target, request('completed', 'needle'));
      expect(page).toMatchObject({ unsearched: 10, scanned: 16 });
      const orphan = await desks[0]?.scan.rows(target, request('completed', 'id:orphan'));
      expect(orphan?.hits).toMatchObject([{ id: 'orphan', isOrphan: true }]);
      // The best of several: others use the machine too.
      const sha = createHash('sha1').update(SCAN_SCRIPT).digest('hex');
      const slowest: number[] = [];
      await redis.call('CONFIG', 'SET', 'slowlog-log-slower-than', '0');
      await redis.call('CONFIG', 'SET', 'slowlog-max-len', '2000');
      for (let round = 0; round < 5; round += 1) {
        await redis.call('SLOWLOG', 'RESET');
        await desks[0]?.scan.rows(target, request('completed', 'needle'));
        const log = (await redis.call('SLOWLOG', 'GET', '2000')) as [number, number, number, string[]][];
        const ours = log.filter(([, , , [, first]]) => first === sha || first?.startsWith(`bull:${of.name}:`));
        expect(ours.length).toBeGreaterThan(0);
        slowest.push(Math.max(...ours.map(([, , micros]) => micros)));
      }
      expect(Math.min(...slowest)).toBeLessThan(5_000);
    });

    test('a key of another type, and a cursor of another search, do no harm', async () => {
      const of = openQueue('odd');
      await of.add('first', {});
      await redis.zadd(key('failed', of), 1, 'wait', 2, 'meta');
      expect(await find('failed', 'name:x', {}, refOf(driver.kind, of))).toEqual([]);
      for (const cursor of [
        'x',
        Buffer.from('["sl",1]').toString('base64url'),
        Buffer.from('{}').toString('base64url'),
      ])
        await expect(desks[0]?.scan.ids(ref, request('failed', '', { cursor }))).rejects.toMatchObject({
          code: 'bad-request',
        });
    });
  });
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Redis } from '../redis/connection';
import { killWorkerAtWork } from '../testing/doomed-worker';
import type { Ground } from '../testing/ground';
import { Looker, silentLog, sleep, sourceOf, uniqueName, until } from '../testing/looker';
import { GiveBack, type DriverJob, type DriverQueue, type QueueDriver } from '../testing/queue-driver';
import { openTcpTap } from '../testing/tcp-tap';
import { RedisWatch } from './redis/redis-watch';

/** What the watch says happened, against what the workers themselves wrote down. */
export function describeFigures(driver: QueueDriver, ground: Ground): void {
  describe(`figures of ${driver.label}${ground.isCluster ? ' in a Cluster' : ''}`, () => {
    let url: string;
    let redis: Redis;
    let close: () => Promise<void>;
    const open: { close(): Promise<unknown> }[] = [];

    beforeAll(async () => {
      ({ url, redis, close } = await ground.open());
    });
    afterAll(async () => {
      await Promise.all(open.map((one) => one.close()));
      await close();
    });

    /** What depends on no topology, or needs one server in its hands. */
    const testOnOne = test.runIf(!ground.isCluster);
    const newLooker = async (sourceUrl = url) => {
      const watch = new RedisWatch(sourceOf(sourceUrl), silentLog);
      open.push(watch);
      const looker = await new Looker(watch).start();
      // What was before the first look is not what is tested here.
      looker.gaps.length = 0;
      return looker;
    };
    const newQueue = (word: string): DriverQueue => {
      const queue = driver.open(url, 'bull', ground.queueName(uniqueName(word)));
      open.push(queue);
      return queue;
    };
    /** A queue that is there before the watch begins: found at once, where the scan would take seconds. */
    const newKnownQueue = async (word: string): Promise<DriverQueue> => {
      const queue = newQueue(word);
      if (driver.kind === 'bullmq') await until(async () => (await redis.exists(`bull:${queue.name}:meta`)) === 1);
      return queue;
    };
    const many = (count: number, name: string, options = {}) =>
      Array.from({ length: count }, () => ({ name, data: {}, options }));

    test('arrivals, starts, ends, failed attempts, run and wait times of a mixed load', async () => {
      const looker = await newLooker();
      const queue = newQueue('mixed');
      const truth = { started: 0, completed: 0, failed: 0, attempts: 0, runMs: 0, runs: 0 };
      const okStarts: number[] = [];
      const process = async ({ id, name, attemptsMade }: DriverJob) => {
        const start = Date.now();
        truth.started += 1;
        if (/^(ok|gone)-/.test(id)) okStarts.push(start);
        await sleep(20 + Math.random() * 20);
        const allowed = name === 'ok' ? 0 : name === 'twice' ? 2 : 99;
        const isLast = attemptsMade >= allowed || (name === 'never' && attemptsMade === 2);
        if (isLast) {
          truth.runMs += Date.now() - start;
          truth.runs += 1;
        }
        if (name === 'never' || attemptsMade < allowed) {
          truth[name === 'never' && attemptsMade === 2 ? 'failed' : 'attempts'] += 1;
          throw new Error('planned');
        }
        truth.completed += 1;
        return 'done';
      };
      await queue.work(process, { concurrency: 4 });
      const jobs = [
        ...many(30, 'ok').map((job, n) => ({ ...job, options: { jobId: `ok-${n}` } })),
        ...many(30, 'ok').map((job, n) => ({ ...job, options: { jobId: `gone-${n}`, removeOnComplete: true } })),
        ...many(8, 'twice', { attempts: 3 }),
        ...many(6, 'twice', { attempts: 3, removeOnComplete: true }),
        ...many(4, 'twice', { attempts: 3, backoff: { type: 'fixed', delay: 1_200 } }),
        ...many(3, 'twice', { attempts: 3, backoff: { type: 'fixed', delay: 50 }, removeOnComplete: true }),
        ...many(5, 'never', { attempts: 3 }),
        ...many(4, 'never', { attempts: 3, removeOnFail: true }),
      ];
      const added = { from: Date.now(), to: 0 };
      await queue.addMany(jobs);
      added.to = Date.now();
      await queue.addMany(many(10, 'ok', { delay: 400 }));
      await queue.addMany(many(10, 'ok', { delay: 400, removeOnComplete: true }));

      const seen = () => looker.of(queue.name);
      await looker.lookUntil(
        () => truth.completed + truth.failed === 110 && seen().completed + seen().failed >= 110,
        20_000,
      );
      const { arrived, started, completed, failed, failedAttempts, stalled } = seen();
      expect({ arrived, started, completed, failed, failedAttempts, stalled }).toEqual({
        arrived: 110,
        started: truth.started,
        completed: truth.completed,
        failed: truth.failed,
        failedAttempts: truth.attempts,
        stalled: 0,
      });
      expect(truth).toMatchObject({ completed: 101, failed: 9, attempts: 2 * 30 });
      expect(seen().runMs).toHaveLength(110);
      expectNear(mean(seen().runMs), truth.runMs / truth.runs);
      // Jobs run in the order in which they came: the first 60 starts are those of the jobs that always succeed.
      const meanWait = mean(seen().waitMs.slice(0, 60));
      expect(meanWait).toBeGreaterThan((mean(okStarts) - added.to) * 0.8 - 20);
      expect(meanWait).toBeLessThan((mean(okStarts) - added.from) * 1.2 + 20);
      expect(looker.gaps).toEqual([]);
    });

    test('the wait of a delayed job begins when it is due', async () => {
      const queue = await newKnownQueue('due');
      const looker = await newLooker();
      await queue.work(() => Promise.resolve(1));
      await queue.add('later', {}, { delay: 900 });
      await looker.lookUntil(() => looker.of(queue.name).completed === 1);
      expect(looker.of(queue.name)).toMatchObject({ arrived: 1, started: 1, failedAttempts: 0 });
      expect(looker.of(queue.name).waitMs).toHaveLength(1);
      expect(looker.of(queue.name).waitMs[0]).toBeLessThan(600);
    });

    testOnOne('each attempt has its own run time', async () => {
      const queue = await newKnownQueue('tries');
      const looker = await newLooker();
      const ran = [60, 250, 450];
      await queue.work(async ({ attemptsMade }) => {
        await sleep(ran[attemptsMade] ?? 0);
        if (attemptsMade < 2) throw new Error('planned');
      });
      await queue.add('thrice', {}, { attempts: 3, backoff: { type: 'fixed', delay: 1_200 } });
      await looker.lookUntil(() => looker.of(queue.name).completed === 1, 12_000);
      const { attemptRunMs, runMs, waitMs } = looker.of(queue.name);
      expect([...attemptRunMs, ...runMs]).toHaveLength(3);
      for (const [index, ms] of [...attemptRunMs, ...runMs].entries()) expectNear(ms, ran[index] ?? 0, 150);
      expect(waitMs).toHaveLength(3);
    });

    test('a producer whose clock is seconds off changes no wait and no run time', async () => {
      const queue = await newKnownQueue('skew');
      const looker = await newLooker();
      await queue.work(() => sleep(40));
      const skewed = [-7_000, 7_000].map((ms) => ({
        name: 'skewed',
        data: {},
        options: { timestamp: Date.now() + ms },
      }));
      await queue.addMany(skewed);
      await looker.lookUntil(() => looker.of(queue.name).completed === 2);
      const { runMs, waitMs } = looker.of(queue.name);
      expect([runMs, waitMs].map(({ length }) => length)).toEqual([2, 2]);
      for (const ms of [...runMs, ...waitMs]) expect(ms).toBeLessThan(2_000);
      for (const ms of runMs) expect(ms).toBeGreaterThan(20);
    });

    test('a failed attempt is seen when it fails, not when it is tried again an hour later', async () => {
      const queue = await newKnownQueue('backoff');
      const looker = await newLooker();
      await queue.work(async () => {
        await sleep(60);
        throw new Error('planned');
      });
      await queue.add('fail', {}, { attempts: 2, backoff: { type: 'fixed', delay: 3_600_000 } });
      await looker.lookUntil(() => looker.of(queue.name).failedAttempts === 1, 8_000);
      expect(looker.of(queue.name)).toMatchObject({ started: 1, failed: 0, failedAttempts: 1 });
    });

    test('a worker that is killed: the job stalls, comes back, and no attempt has failed', async () => {
      const queue = await newKnownQueue('stall');
      const looker = await newLooker();
      await queue.add('first', {});
      await killWorkerAtWork(driver, url, 'bull', queue.name);
      await redis.del(`bull:${queue.name}:stalled-check`);
      await queue.work(() => Promise.resolve(1), { stalledInterval: 300 });
      await looker.lookUntil(() => looker.of(queue.name).completed === 1, 15_000);
      expect(looker.of(queue.name)).toMatchObject({
        arrived: 1,
        started: 2,
        completed: 1,
        failed: 0,
        failedAttempts: 0,
        stalled: 1,
      });
    });

    testOnOne('a job that stalls too often counts as stalled and as failed', async () => {
      const queue = await newKnownQueue('stallout');
      const looker = await newLooker();
      await queue.add('first', {});
      await killWorkerAtWork(driver, url, 'bull', queue.name);
      await redis.del(`bull:${queue.name}:stalled-check`);
      await queue.work(() => Promise.resolve(1), { stalledInterval: 300, maxStalledCount: 0 });
      await looker.lookUntil(() => looker.of(queue.name).failed === 1, 15_000);
      expect(looker.of(queue.name)).toMatchObject({
        arrived: 1,
        completed: 0,
        failed: 1,
        failedAttempts: 0,
        stalled: 1,
      });
    });

    testOnOne('rate limits and jobs given back are no failed attempts', async () => {
      const queue = await newKnownQueue('limit');
      const looker = await newLooker();
      let hasGivenBack = driver.kind === 'bull';
      await queue.work(
        ({ name }) => {
          if (name !== 'back' || hasGivenBack) return Promise.resolve(1);
          hasGivenBack = true;
          return Promise.reject(new GiveBack());
        },
        { limiter: { max: 2, duration: 250 } },
      );
      await queue.addMany([...many(6, 'ok'), ...many(1, 'back')]);
      await looker.lookUntil(() => looker.of(queue.name).completed === 7);
      expect(looker.of(queue.name)).toMatchObject({
        arrived: 7,
        started: driver.kind === 'bull' ? 7 : 8,
        failed: 0,
        failedAttempts: 0,
        stalled: 0,
      });
    });

    test('an add that makes no job is no arrival; a retry by a person is none either, and fails for good again', async () => {
      const queue = await newKnownQueue('again');
      const looker = await newLooker();
      const worker = await queue.work(() => Promise.reject(new Error('planned')));
      for (let n = 0; n < 5; n += 1) await queue.add('same', {}, { jobId: 'one' });
      await queue.add('other', {});
      await looker.lookUntil(() => looker.of(queue.name).failed === 2);
      await queue.retry('one');
      await looker.lookUntil(() => looker.of(queue.name).failed === 3);
      await queue.add('same', {}, { jobId: 'one' });
      await queue.add('third', {});
      await looker.lookUntil(() => looker.of(queue.name).failed === 4);
      expect(looker.of(queue.name)).toMatchObject({ arrived: 3, started: 4, failed: 4, failedAttempts: 0 });
      await worker.close();
    });

    testOnOne('looks that fail half way, because the connection is cut, lose and repeat nothing', async () => {
      const queue = await newKnownQueue('cut');
      const tap = await openTcpTap(Number(new URL(url).port));
      open.push(tap);
      const looker = await newLooker(`redis://127.0.0.1:${tap.port}/${ground.database}`);
      let done = 0;
      await queue.work(
        async ({ attemptsMade }) => {
          await sleep(5);
          if (attemptsMade === 0) throw new Error('planned');
          done += 1;
        },
        { concurrency: 5 },
      );
      await queue.add('first', {}, { attempts: 2 });
      await looker.lookUntil(() => looker.of(queue.name).completed === 1);
      let failedLooks = 0;
      for (let round = 0; round < 9; round += 1) {
        await queue.addMany(many(20, 'ok', { attempts: 2, removeOnComplete: round % 2 === 0 }));
        await sleep(30);
        // Every third look is cut at its first word, which each look sends; the others further on, if they get there.
        tap.cutAt('tailback-watch', round % 3 === 0 ? 1 : 2 + (round % 5));
        await looker.look().catch(() => (failedLooks += 1));
        await until(() =>
          looker.look().then(
            () => true,
            () => {
              failedLooks += 1;
              return false;
            },
          ),
        );
      }
      tap.cutAt('nobody', 1);
      await looker.lookUntil(() => looker.of(queue.name).completed >= 181, 15_000);
      expect(failedLooks).toBeGreaterThan(2);
      expect(done).toBe(181);
      expect(looker.of(queue.name)).toMatchObject({
        arrived: 181,
        started: 362,
        completed: 181,
        failed: 0,
        failedAttempts: 181,
      });
      expect(looker.gaps).toEqual([]);
    });

    if (driver.kind === 'bull') describeBull();
    else describeStreams();

    function describeBull() {
      const cutEars = async () => {
        const clients = (await redis.client('LIST')) as string;
        for (const [, id = ''] of onlyDatabase(clients, ground.database).matchAll(
          /^id=(\d+) .* name=tailback-events /gm,
        ))
          await redis.client('KILL', 'ID', id);
      };
      const deafFor = async (work: () => Promise<unknown>) => {
        let isOver = false;
        const cutting = (async () => {
          for (; !isOver; await sleep(20)) await cutEars();
        })();
        await work();
        isOver = true;
        await cutting;
      };

      testOnOne('what ran while the connection that hears events was cut is made up for, and is a gap', async () => {
        const looker = await newLooker();
        const queue = newQueue('deaf');
        const truth = { completed: 0, failed: 0 };
        await queue.work(
          ({ name }) => {
            truth[name === 'bad' ? 'failed' : 'completed'] += 1;
            return name === 'bad' ? Promise.reject(new Error('planned')) : Promise.resolve(1);
          },
          { concurrency: 4 },
        );
        await queue.addMany([...many(10, 'ok'), ...many(3, 'bad')]);
        await looker.lookUntil(() => looker.of(queue.name).completed === 10 && looker.of(queue.name).failed === 3);
        const before = Date.now();
        await deafFor(async () => {
          await queue.addMany([...many(30, 'ok'), ...many(7, 'bad')]);
          await until(() => truth.completed === 40 && truth.failed === 10);
          await sleep(50);
        });
        await looker.lookUntil(() => looker.gaps.some(({ queue: of }) => of?.name === queue.name));
        await queue.addMany(many(5, 'ok'));
        await looker.lookUntil(() => looker.of(queue.name).completed >= 45);
        expect(looker.of(queue.name)).toMatchObject({ arrived: 55, completed: 45, failed: 10 });
        const [gap] = looker.gaps.filter(({ queue: of }) => of?.name === queue.name);
        expect(gap?.from).toBeGreaterThan(before - 2_000);
        expect(gap?.to).toBeGreaterThanOrEqual(gap?.from as number);
        expect(gap?.exact).toEqual(['arrived', 'completed', 'failed']);
        expect(looker.of(queue.name).byName).toMatchObject({ 'completed ok': 45, 'failed bad': 10 });
      });

      testOnOne(
        'what cannot be proven stays a gap: jobs that were removed when they finished, and those that finished twice',
        async () => {
          const looker = await newLooker();
          const [removing, twice] = [newQueue('removing'), newQueue('twice')];
          let done = 0;
          await removing.work(() => Promise.resolve((done += 1)));
          await twice.work(() => Promise.reject(new Error(`planned ${(done += 1)}`)));
          await removing.add('first', {});
          await twice.add('bad', {}, { jobId: 'again' });
          await looker.lookUntil(() => looker.of(removing.name).completed + looker.of(twice.name).failed === 2);
          looker.gaps.length = 0;
          await deafFor(async () => {
            await removing.addMany(many(5, 'gone', { removeOnComplete: true }));
            await twice.retry('again');
            await until(() => done === 8);
            await twice.retry('again');
            await until(() => done === 9);
            await sleep(50);
          });
          const gapOf = (name: string) => looker.gaps.find(({ queue: of }) => of?.name === name);
          await looker.lookUntil(() => gapOf(removing.name) !== undefined && gapOf(twice.name) !== undefined);
          expect(gapOf(removing.name)?.exact).toEqual([]);
          expect(gapOf(twice.name)?.exact).toEqual(['arrived']);
        },
      );

      testOnOne('a collector that comes back makes up for what nobody heard', async () => {
        const queue = newQueue('away');
        const looker = await newLooker();
        const worker = await queue.work(() => Promise.resolve(1));
        await queue.addMany(many(6, 'ok'));
        await looker.lookUntil(() => looker.of(queue.name).completed === 6);
        await looker.look();
        const cursors = looker.watch.cursors();
        await looker.watch.close();
        await sleep(1_200);
        await queue.addMany(many(20, 'ok'));
        await until(async () => (await redis.zcard(`bull:${queue.name}:completed`)) === 26);

        const back = new Looker(new RedisWatch(sourceOf(url), silentLog));
        open.push(back.watch);
        back.watch.resumeFrom(cursors);
        await back.start();
        await back.lookUntil(() => back.of(queue.name).completed >= 20);
        expect(back.of(queue.name)).toMatchObject({ arrived: 20, completed: 20 });
        const exact = back.gaps.filter(({ queue: of }) => of?.name === queue.name).map((gap) => gap.exact ?? []);
        expect(exact).toEqual([[], ['arrived', 'completed', 'failed']]);
        await worker.close();
      });
    }

    function describeStreams() {
      testOnOne('a parent waits from when its children are done', async () => {
        const [parents, children] = [await newKnownQueue('parents'), await newKnownQueue('children')];
        const looker = await newLooker();
        await parents.work(() => sleep(30));
        await children.work(() => sleep(700));
        await parents.addParent('parent', children.name);
        await looker.lookUntil(() => looker.of(parents.name).completed === 1);
        expect(looker.of(children.name)).toMatchObject({ arrived: 1, completed: 1 });
        const { waitMs, runMs, ...counts } = looker.of(parents.name);
        expect(counts).toMatchObject({ arrived: 1, started: 1, completed: 1, failedAttempts: 0, delayed: 0 });
        expect(waitMs).toHaveLength(1);
        expect(waitMs[0]).toBeLessThan(400);
        expect(runMs[0]).toBeLessThan(400);
      });

      test('a collector that comes back goes on exactly where it stopped', async () => {
        const queue = await newKnownQueue('resume');
        const first = await newLooker();
        const worker = await queue.work(() => Promise.resolve(1));
        await queue.addMany(many(15, 'ok', { removeOnComplete: true }));
        await first.lookUntil(() => first.of(queue.name).completed === 15);
        const cursors = first.watch.cursors();
        await first.watch.close();
        await queue.addMany(many(40, 'ok', { removeOnComplete: true }));
        await until(
          async () =>
            (await redis.llen(`bull:${queue.name}:wait`)) + (await redis.llen(`bull:${queue.name}:active`)) === 0,
        );

        const second = new Looker(new RedisWatch(sourceOf(url), silentLog));
        open.push(second.watch);
        second.watch.resumeFrom(cursors);
        await second.start();
        await second.lookUntil(() => second.of(queue.name).completed >= 40);
        expect(second.of(queue.name)).toMatchObject({ arrived: 40, started: 40, completed: 40 });
        expect(second.of(queue.name).waitMs).toHaveLength(40);
        expect(second.gaps).toEqual([]);
        await worker.close();
      });

      test('after the broker’s clock went back events count when they are read, and are marked', async () => {
        const queue = await newKnownQueue('clock');
        const looker = await newLooker();
        await queue.work(() => Promise.resolve(1));
        await queue.add('first', {});
        await looker.lookUntil(() => looker.of(queue.name).completed === 1);
        // A stream whose last entry is of an hour from now goes on with that time, as it does when the clock goes back.
        await redis.xadd(`bull:${queue.name}:events`, `${Date.now() + 3_600_000}-0`, 'event', 'drained');
        await queue.addMany(many(5, 'ok'));
        const times: number[] = [];
        const end = Date.now() + 8_000;
        while (looker.of(queue.name).completed < 6 && Date.now() < end) {
          const { events } = await looker.look();
          times.push(...events.flatMap((of) => of.events).map(({ at }) => at));
          await sleep(50);
        }
        expect(looker.of(queue.name)).toMatchObject({ arrived: 6, completed: 6 });
        expect(Math.max(...times)).toBeLessThan(Date.now() + 5_000);
        expect(looker.gaps.some(({ reason }) => /clock went back/.test(reason))).toBe(true);
      });

      test('what was trimmed before it could be read is a gap, whether away or too slow', async () => {
        const queue = await newKnownQueue('trim');
        const looker = await newLooker();
        await queue.work(() => Promise.resolve(1), { concurrency: 10 });
        await queue.addMany(many(20, 'ok'));
        await looker.lookUntil(() => looker.of(queue.name).completed === 20);
        const cursors = looker.watch.cursors();
        expect(looker.gaps).toEqual([]);

        await queue.addMany(many(50, 'ok'));
        await until(async () => (await redis.zcard(`bull:${queue.name}:completed`)) === 70);
        await redis.xtrim(`bull:${queue.name}:events`, 'MAXLEN', 30);
        await looker.look();
        const back = new Looker(new RedisWatch(sourceOf(url), silentLog));
        open.push(back.watch);
        back.watch.resumeFrom(cursors);
        await back.start();
        for (const { gaps } of [looker, back]) {
          expect(gaps).toHaveLength(1);
          expect(gaps[0]).toMatchObject({ queue: { name: queue.name } });
          expect(gaps[0]?.to).toBeGreaterThan(gaps[0]?.from as number);
        }
        // The jobs are still there, so that what the stream lost is made up for; it stays marked.
        expect(looker.of(queue.name).completed).toBe(70);
        expect(looker.gaps[0]?.reason).toMatch(/repaired from the queue’s sets/);
      });
    }
  });
}

function onlyDatabase(clients: string, database: number): string {
  return clients
    .split('\n')
    .filter((line) => line.includes(` db=${database} `))
    .join('\n');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Within 20 %, or what two busy cores shift between what the worker notes and what the library tells the broker. */
function expectNear(actual: number, expected: number, slackMs = 30): void {
  expect(Math.abs(actual - expected), `${actual} ms, expected about ${expected} ms`).toBeLessThan(
    Math.max(slackMs, expected * 0.2),
  );
}

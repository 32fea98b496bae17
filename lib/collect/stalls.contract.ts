import type { ChildProcess } from 'node:child_process';
import type { Redis } from '../redis/connection';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readStalls } from '../history/stall-store';
import { emptyDatabase, silentLog, sleep, sourceOf, uniqueName, until } from '../testing/looker';
import type { DriverQueue, QueueDriver } from '../testing/queue-driver';
import { prepareServer } from '../testing/redis-server';
import { startWorkerProcess, type WorkerProcessOptions } from '../testing/worker-process';
import { RedisWatch } from '../sources/redis/redis-watch';
import type { HoldVerdict, Stall } from '../domain/stall';
import { SourceRunner } from './source-runner';
import type { WatchedQueue } from './watched-queue';

const LOCK = { lockDuration: 4_000, stalledInterval: 1_000 };

/** Stalls that are brought about with real workers, and what is said of each. */
export function describeStalls(driver: QueueDriver, database: number): void {
  describe(`stalls of ${driver.label}`, () => {
    let redis: Redis;
    let url: string;
    const children: ChildProcess[] = [];
    const open: { close(): Promise<unknown> }[] = [];

    beforeAll(async () => {
      ({ redis, url } = await emptyDatabase(database));
    });
    afterEach(async () => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
      await Promise.allSettled(open.splice(0).map((one) => one.close()));
    });
    afterAll(() => redis.disconnect());

    /** Looks every 300 ms, as a collector does every second, until what is asked for is there. */
    const watching = (at = url) => {
      const runner = new SourceRunner(new RedisWatch(sourceOf(at), silentLog), redis, silentLog);
      open.push(runner);
      // What runs usually take is known to the one that writes.
      runner.takeOver();
      const lookUntil = async <T>(ask: (queue: WatchedQueue | undefined) => T | null | undefined, limitMs = 20_000) =>
        until(async () => {
          await runner.look();
          const answer = ask([...runner.queues.values()].find(({ reading }) => reading.id.name === name));
          if (answer === null || answer === undefined) await sleep(280);
          return answer;
        }, limitMs);
      const name = uniqueName('stall');
      const queue = driver.open(at, 'bull', name);
      open.push(queue);
      return { runner, queue, lookUntil };
    };
    const aWorker = async (queue: DriverQueue, options: WorkerProcessOptions, at = url) => {
      const { child, started } = startWorkerProcess(driver, at, queue, options);
      children.push(child);
      return { child, started };
    };
    const stallOf = (queue: WatchedQueue | undefined) => queue?.stalls.lastMinute(queue.reading.at)?.last;
    const isListed = (count: number) => (queue: WatchedQueue | undefined) => queue?.reading.workers === count || null;
    const worstIs = (verdict: HoldVerdict) => (queue: WatchedQueue | undefined) => {
      const worst = queue?.stalls.trouble()?.worst;
      return worst?.verdict === verdict ? worst : null;
    };

    test('a killed worker is gone, and it is said which one it was; the stall is kept', async () => {
      const { runner, queue, lookUntil } = watching();
      await queue.add('resize', {});
      const doomed = await aWorker(queue, { does: 'hang', ...LOCK });
      await doomed.started;
      await lookUntil(isListed(1));
      const address = runner.workers?.workers?.find(({ queue: { name } }) => name === queue.name)?.address ?? '';
      // Ages of connections are told in whole seconds: who came well after the job was taken cannot be meant.
      await sleep(3_500);
      await aWorker(queue, { does: 'hang', ...LOCK });
      await lookUntil(isListed(2));
      doomed.child.kill('SIGKILL');
      const stall = await lookUntil(stallOf);
      expect(stall).toMatchObject({ name: 'resize', cause: 'worker-gone', worker: address } satisfies Partial<Stall>);
      expect(stall.sentence).toMatch(
        /^Stalled \d.* s after it was taken: its worker is gone: .* (left .* ago|has left), the one worker connected now came after/,
      );
      const stored = await storeOf(runner, queue.name);
      expect(stored).toMatchObject([{ jobId: stall.jobId, cause: 'worker-gone' }]);
    }, 40_000);

    test('a worker that keeps its event loop busy is still connected, and blocked', async () => {
      const { queue, lookUntil } = watching();
      await queue.add('resize', {});
      const blocked = await aWorker(queue, { does: 'block', blockMs: 20_000, ...LOCK });
      await blocked.started;
      await lookUntil(isListed(1));
      await aWorker(queue, { does: 'hang', ...LOCK });
      const stall = await lookUntil(stallOf);
      expect(stall).toMatchObject({ name: 'resize', cause: 'loop-blocked' });
      expect(stall.sentence).toMatch(/has not renewed the lock/);
    }, 40_000);

    test('a job that nobody holds is found before any library finds it', async () => {
      const { queue, lookUntil } = watching();
      await queue.add('resize', {});
      const doomed = await aWorker(queue, { does: 'hang', lockDuration: 2_000, stalledInterval: 60_000 });
      await doomed.started;
      await lookUntil(isListed(1));
      doomed.child.kill('SIGKILL');
      const worst = await lookUntil(worstIs('worker-gone'));
      expect(worst).toMatchObject({ name: 'resize' });
      expect(worst.sentence).toMatch(/no worker is connected to the queue/);
      await lookUntil((watched) => watched?.reading.stalledJobs === 1 || null);
    }, 30_000);

    test('a job that runs on and on, its lock renewed, is simply long', async () => {
      const { queue, lookUntil } = watching();
      await queue.addMany(Array.from({ length: 30 }, () => ({ name: 'resize', data: {} })));
      let isSlow = false;
      let end = () => undefined as void;
      await queue.work(() => (isSlow ? new Promise<void>((resolve) => (end = resolve)) : Promise.resolve()), {});
      await lookUntil((watched) => (watched?.totals.value().run.counts ?? []).reduce((a, b) => a + b, 0) >= 30 || null);
      isSlow = true;
      await queue.add('resize', {});
      const worst = await lookUntil(worstIs('long'));
      expect(worst.sentence).toMatch(/times as long as 99 of 100 of its name/);
      end();
      await lookUntil((watched) => watched?.stalls.trouble() === null || null);
    }, 30_000);

    test('a broker that stands still costs the lock, and is named', async () => {
      const server = await prepareServer({ config: () => ['save ""'] });
      await server.start();
      const address = `redis://${server.host}:${server.port}/0`;
      const { queue, lookUntil } = watching(address);
      await queue.add('resize', {});
      const worker = await aWorker(queue, { does: 'hang', ...LOCK }, address);
      await worker.started;
      await lookUntil(isListed(1));
      server.freeze();
      await lookUntil(() => null, 6_000).catch(() => undefined);
      server.thaw();
      const stall = await lookUntil(stallOf);
      expect(stall).toMatchObject({ cause: 'broker-slow' });
      expect(stall.sentence).toMatch(/the broker did not answer for [56789](\.\d)? s meanwhile/);
      await server.close();
    }, 40_000);

    async function storeOf(runner: SourceRunner, name: string): Promise<Stall[]> {
      for (const [command, ...words] of runner.news.unwritten().groups.flat()) await redis.call(command, ...words);
      const key = [...runner.queues.values()].find(({ reading }) => reading.id.name === name)?.key ?? '';
      return readStalls(redis, key);
    }
  });
}

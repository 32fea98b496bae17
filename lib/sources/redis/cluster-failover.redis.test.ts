import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../../testing/cluster';
import { silentLog, sleep, sourceOf, uniqueName, until } from '../../testing/looker';
import { bullDriver, bullMqDriver } from '../../testing/queue-drivers';
import { Recorder } from '../../testing/recorder';
import { steadyLoad, stopAll, type SteadyLoad } from '../../testing/steady-load';
import { RedisWatch } from './redis-watch';

const LIMIT_MS = 60_000;

describe('in a Cluster', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster({ replicas: 1 });
  }, LIMIT_MS);
  afterAll(() => cluster.close());

  /** A queue of each library on each master. */
  const loadEverywhere = async (): Promise<{ load: SteadyLoad; port: number }[]> => {
    const loads: { load: SteadyLoad; port: number }[] = [];
    for (const driver of [bullDriver, bullMqDriver])
      for (const { port } of await cluster.masters())
        for (;;) {
          const name = `{${uniqueName('load')}}`;
          if ((await cluster.masterOf(name)).port !== port) continue;
          loads.push({ load: await steadyLoad(driver.open(cluster.url, 'bull', name)), port });
          break;
        }
    return loads;
  };

  test(
    'a slot that moves while it is worked on loses and repeats nothing',
    async () => {
      const name = `{${uniqueName('moved')}}`;
      const load = await steadyLoad(bullMqDriver.open(cluster.url, 'bull', name));
      const recorder = new Recorder(new RedisWatch(sourceOf(cluster.url), silentLog));
      await until(() => recorder.completedOf(name).length > 20, 15_000);
      const from = await cluster.masterOf(name);
      const to = (await cluster.masters()).find((server) => server !== from) ?? from;
      await cluster.moveSlot(name, to);
      const movedAt = Date.now();
      await until(() => load.done.filter(({ at }) => at > movedAt).length > 50, 15_000);
      await stopAll([load], recorder);
      expect(recorder.completedOf(name)).toHaveLength(load.done.length);
      expect(recorder.compare(name, load.done, 0)).toMatchObject({ lost: 0, repeated: 0 });
      expect(recorder.removed).toEqual([]);
      await recorder.stop();
    },
    LIMIT_MS,
  );

  test(
    'a node that is down takes only its own queues with it, says so, and they go on with its replica',
    async () => {
      const loads = await loadEverywhere();
      const all = loads.map(({ load }) => load);
      const recorder = new Recorder(new RedisWatch(sourceOf(cluster.url), silentLog));
      await until(() => all.every(({ queue }) => recorder.completedOf(queue.name).length > 20), 15_000);
      const since = Date.now();
      await sleep(1_000);
      const hit = loads[0] as (typeof loads)[number];
      const isHit = ({ port }: { port: number }) => port === hit.port;
      const killedAt = Date.now();
      await cluster.failOver(hit.load.queue.name);
      const looksMeanwhile = recorder.looks.filter((at) => at > killedAt && at < Date.now());
      const backAt = Date.now();
      await until(() => all.every(({ done }) => done.filter(({ at }) => at > backAt).length > 50), 20_000);
      await stopAll(all, recorder);
      // The others were looked at while it was down.
      expect(looksMeanwhile.length).toBeGreaterThan(1);
      for (const one of loads) {
        const { queue, done } = one.load;
        const own = recorder.gaps.filter(({ queue: id }) => id?.name === queue.name);
        const failedOver = own.filter(({ reason }) => reason.includes('another server took its place'));
        expect(failedOver).toHaveLength(isHit(one) ? 1 : 0);
        if (isHit(one)) {
          expect(recorder.unread.get(queue.name)).toMatch(/node 127\.0\.0\.1:\d+ does not answer|No node/);
          expect(own.some((gap) => gap.from <= killedAt + 50 && gap.to > killedAt)).toBe(true);
        }
        expect(recorder.compare(queue.name, done, since)).toMatchObject({ lost: 0, repeated: 0 });
        expect(recorder.completedOf(queue.name).length).toBeGreaterThan(80);
      }
      await recorder.stop();
    },
    LIMIT_MS,
  );
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog, sleep, sourceOf, uniqueName, until } from '../../testing/looker';
import { bullDriver, bullMq5Driver, bullMqDriver } from '../../testing/queue-drivers';
import { Recorder } from '../../testing/recorder';
import { startSentinel, type TestSentinel } from '../../testing/sentinel';
import { steadyLoad, stopAll } from '../../testing/steady-load';
import { RedisWatch } from './redis-watch';

const DRIVERS = [bullDriver, bullMq5Driver, bullMqDriver];
const LIMIT_MS = 60_000;

describe('with Sentinels', () => {
  let sentinel: TestSentinel;
  beforeAll(async () => {
    sentinel = await startSentinel({ replicas: 2 });
  }, LIMIT_MS);
  afterAll(() => sentinel.close());

  test.each(['kill', 'freeze'] as const)(
    'a master that fails (%s) is followed within 10 s; what may be missing is a gap, all else is exact',
    async (how) => {
      const loads = await Promise.all(
        DRIVERS.map((driver) => steadyLoad(driver.open(sentinel.url, 'bull', uniqueName(how)))),
      );
      const recorder = new Recorder(new RedisWatch(sourceOf(sentinel.url), silentLog));
      await until(() => loads.every(({ queue }) => recorder.completedOf(queue.name).length > 20), 15_000);
      const since = Date.now();
      await sleep(2_000);
      const before = recorder.newest?.facts.topology?.servers;
      const killedAt = Date.now();
      const { from } = await sentinel.failOver(how);
      await until(() => recorder.looks.some((at) => at > killedAt + 100), 10_000 - (Date.now() - killedAt));
      // Woken up, it would be a second master until the Sentinels tell it otherwise, and what is done there is forgotten.
      await from.kill();
      const backAt = Date.now();
      await until(() => loads.every(({ done }) => done.filter(({ at }) => at > backAt).length > 50), 20_000);
      await stopAll(loads, recorder);
      for (const { queue, done } of loads) {
        expect(recorder.gapsOf(queue.name).some((gap) => gap.from <= killedAt + 50 && gap.to > killedAt)).toBe(true);
        expect(recorder.compare(queue.name, done, since)).toMatchObject({ lost: 0, repeated: 0 });
        expect(recorder.completedOf(queue.name).length).toBeGreaterThan(80);
      }
      expect(recorder.newest?.facts.topology?.servers).not.toEqual(before);
      expect(recorder.removed).toEqual([]);
      await recorder.stop();
      await from.start();
    },
    LIMIT_MS,
  );
});

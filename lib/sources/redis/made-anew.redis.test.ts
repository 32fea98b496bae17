import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, Looker, silentLog, sourceOf, uniqueName, until } from '../../testing/looker';
import type { DriverQueue } from '../../testing/queue-driver';
import { bullDriver, bullMq5Driver, bullMqDriver } from '../../testing/queue-drivers';
import { RedisWatch } from './redis-watch';

const DATABASE = 33;

/** The counter of a queue that is emptied and filled again may be past where it stood: nothing else of it is as it was. */
describe.each([bullDriver, bullMq5Driver, bullMqDriver])('a queue of $label that is made anew', (driver) => {
  let url: string;
  let redis: Redis;
  const open: { close(): Promise<unknown> }[] = [];
  beforeAll(async () => {
    ({ url, redis } = await emptyDatabase(DATABASE));
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    redis.disconnect();
  });

  const newLooker = () => {
    const looker = new Looker(new RedisWatch(sourceOf(url), silentLog));
    open.push(looker.watch);
    return looker;
  };
  /** A queue in which `count` jobs are done and kept, or not, and a watch that knows it. */
  const newQueue = async (count: number, removeOnComplete = false) => {
    const queue = driver.open(url, 'bull', uniqueName('anew'));
    open.push(queue);
    let done = 0;
    await queue.work(() => Promise.resolve((done += 1)));
    const live = async (more: number) => {
      const target = done + more;
      await queue.addMany(Array.from({ length: more }, () => ({ name: 'n', data: {}, options: { removeOnComplete } })));
      await until(() => done === target);
      await until(async () => (await redis.llen(`bull:${queue.name}:active`)) === 0);
    };
    await live(count);
    const looker = await newLooker().start();
    await looker.lookUntil(() => looker.newest.has(queue.name));
    await looker.look();
    looker.gaps.length = 0;
    return { looker, queue, live };
  };
  const gapsOf = (looker: Looker, { name }: DriverQueue) =>
    looker.gaps.filter(({ queue }) => queue === null || queue.name === name);

  test.each([{ isKept: true }, { isKept: false }])(
    'between two looks: what happened before and since is marked (jobs kept: $isKept)',
    async ({ isKept }) => {
      const { looker, queue, live } = await newQueue(3, !isKept);
      const since = Date.now();
      await live(2);
      await queue.obliterate();
      if (isKept) await queue.resume();
      await live(6);
      await looker.lookUntil(() => gapsOf(looker, queue).length > 0);
      const [gap] = gapsOf(looker, queue);
      expect(gap?.from).toBeLessThanOrEqual(since);
      expect(gap?.to).toBeGreaterThan(since);
      expect(gap?.exact ?? []).toEqual([]);
    },
  );

  test('while nobody looks: nothing of it is called exact', async () => {
    const { looker: first, queue, live } = await newQueue(4);
    const cursors = first.watch.cursors();
    await first.watch.close();
    await queue.obliterate();
    await live(9);
    const second = newLooker();
    second.watch.resumeFrom(cursors);
    await second.start();
    await second.lookUntil(() => gapsOf(second, queue).length > 0);
    expect(gapsOf(second, queue).flatMap(({ exact }) => exact ?? [])).toEqual([]);
  });

  test('a pause alone, and one with its end, mark nothing', async () => {
    const { looker, queue, live } = await newQueue(3);
    const before = looker.of(queue.name).arrived;
    await queue.pause();
    await queue.resume();
    await live(4);
    await looker.lookUntil(() => looker.of(queue.name).arrived >= before + 4);
    await queue.pause();
    await looker.look();
    await looker.look();
    expect(gapsOf(looker, queue)).toEqual([]);
    expect(looker.of(queue.name).arrived).toBe(before + 4);
  });
});

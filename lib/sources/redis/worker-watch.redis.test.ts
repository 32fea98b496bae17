import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { diagnose, NO_MEMORY } from '../../diagnose/diagnose';
import { bareLook } from '../../diagnose/look';
import { Lately } from '../../diagnose/lately';
import { aQueue } from '../../testing/a-queue';
import { emptyDatabase, Looker, silentLog, sleep, sourceOf, uniqueName } from '../../testing/looker';
import type { DriverQueue } from '../../testing/queue-driver';
import { bullDriver, bullMq5Driver, bullMqDriver } from '../../testing/queue-drivers';
import { startWorkerProcess } from '../../testing/worker-process';
import type { Redis } from '../../redis/connection';
import { RedisWatch } from './redis-watch';

const DATABASE = 10;
let redis: Redis;
let url: string;
const open: { close(): Promise<unknown> }[] = [];
beforeAll(async () => {
  ({ redis, url } = await emptyDatabase(DATABASE));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => redis.disconnect());

test.each([bullDriver, bullMq5Driver, bullMqDriver])(
  'that the last worker of $label died while jobs wait is seen within 2 s, and told within 5 s',
  async (driver) => {
    const queue: DriverQueue = driver.open(url, 'bull', uniqueName('watch'));
    open.push(queue);
    await queue.addMany(Array.from({ length: 5 }, (_, n) => ({ name: 'job', data: { n } })));
    const { child, started } = startWorkerProcess(driver, url, queue, { does: 'hang' });
    try {
      await started;
      const looker = await new Looker(new RedisWatch(sourceOf(url), silentLog)).start();
      open.push(looker.watch);
      await looker.lookUntil(() => looker.newest.get(queue.name)?.workers === 1);
      // The regular list was just read: what follows is seen without it.
      child.kill('SIGKILL');
      const died = Date.now();
      let memory = NO_MEMORY;
      let seenAfter: number | null = null;
      for (;;) {
        await looker.look();
        const { workers = null, counts } = looker.newest.get(queue.name) ?? {};
        if (workers === 0) seenAfter ??= Date.now() - died;
        const now = Date.now();
        const seen = aQueue({ workers, counts: counts ?? {}, lastMinute: { started: 1 } });
        const judged = diagnose(bareLook(seen, new Lately(0), now), memory);
        ({ memory } = judged);
        if (judged.verdicts.some(({ code }) => code === 'no-workers')) break;
        expect(now - died).toBeLessThan(5_000);
        await sleep(1_000);
      }
      expect(seenAfter).toBeLessThan(2_000);
      expect(looker.left.map(({ queueKey }) => queueKey)).toHaveLength(1);
    } finally {
      child.kill('SIGKILL');
    }
  },
  20_000,
);

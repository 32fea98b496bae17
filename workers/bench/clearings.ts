import { Redis } from 'ioredis';
import type { Clearing } from '../../lib/domain/control';
import { Operator } from '../../lib/testing/operator';
import { bullDriver, bullMq5Driver, bullMqDriver } from '../../lib/testing/queue-drivers';
import type { DriverQueue, QueueDriver } from '../../lib/testing/queue-driver';
import { BLOCK_MS, BlockProbe } from './block-probe';
import { seedJobs } from './seed-jobs';

const NAME = 'bench-clearings';
const CASES: readonly { words: string; state: 'failed' | 'waiting' | 'delayed'; clearing: Clearing }[] = [
  { words: 'clean failed', state: 'failed', clearing: { what: 'clean', state: 'failed', olderThanMs: 0 } },
  { words: 'drain waiting', state: 'waiting', clearing: { what: 'drain', delayed: false } },
  { words: 'drain delayed', state: 'delayed', clearing: { what: 'drain', delayed: true } },
  { words: 'obliterate waiting', state: 'waiting', clearing: { what: 'obliterate', force: false } },
];

/** Taking `jobs` jobs out of a queue as fast as it goes: how long Redis is kept busy at a time. */
export async function benchClearings(url: string, jobs: number): Promise<string[][]> {
  const redis = new Redis(url);
  const rows: string[][] = [
    ['', 's', 'jobs/s', 'ms a script', `over ${BLOCK_MS} ms`, 'longest ms', 'longest wait of a PING, ms'],
  ];
  for (const driver of [bullMqDriver, bullMq5Driver, bullDriver])
    for (const { words, state, clearing } of CASES) {
      await seedJobs(redis, url, driver, NAME, state, jobs);
      rows.push([`${driver.label}, ${words}`, ...(await clear(redis, url, driver, clearing, jobs))]);
    }
  redis.disconnect();
  return rows;
}

async function clear(
  redis: Redis,
  url: string,
  driver: QueueDriver,
  clearing: Clearing,
  jobs: number,
): Promise<string[]> {
  const operator = new Operator(redis, url);
  const ref = await operator.refOf(driver, { prefix: 'bull', name: NAME } as DriverQueue);
  const probe = new BlockProbe(redis, url);
  const { seconds, calls, scriptMs, blocks, longestMs, pingMs } = await probe.measured(async () => {
    operator.runner.start();
    const { id } = await operator.clear(ref, clearing, null);
    const { state, counts } = await operator.reached(id, ['done', 'failed'], 300_000);
    if (state !== 'done' || counts.done !== jobs) throw new Error(`${state}: ${JSON.stringify(counts)}`);
  });
  await operator.close();
  return [
    seconds.toFixed(2),
    Math.round(jobs / seconds).toLocaleString('en'),
    scriptMs.toFixed(2),
    `${blocks} of ${calls}`,
    longestMs.toFixed(1),
    pingMs.toFixed(1),
  ];
}

import { Redis } from 'ioredis';
import { Operator } from '../../lib/testing/operator';
import { bullDriver, bullMq5Driver, bullMqDriver } from '../../lib/testing/queue-drivers';
import type { DriverQueue, QueueDriver } from '../../lib/testing/queue-driver';
import { BLOCK_MS, BlockProbe, type Blocked } from './block-probe';
import { median } from './meter';
import { retryAllByLibrary, retryEachByLibrary } from './operations-floor';
import { seedJobs } from './seed-jobs';

const ALL = 500_000;
const PICKED = 100_000;
const ROUNDS = 3;
const NAME = 'bench-operations';
/** Half of the jobs have it. */
const PICK = 'name=even';

type Run = Blocked & { heapMb: number };

/**
 * Retrying many failed jobs, against the library's own scripts run bare in the same process and round. `only`: a library's
 * name and major version, as `bullmq6`.
 */
export async function benchOperations(url: string, only?: string): Promise<string[][]> {
  const redis = new Redis(url);
  const rows: string[][] = [
    [
      '',
      'library s',
      'ours s',
      'ratio',
      'jobs/s',
      'ms a script',
      `over ${BLOCK_MS} ms: library, ours`,
      'longest ms',
      'heap MB',
    ],
  ];
  for (const driver of [bullMqDriver, bullMq5Driver, bullDriver]) {
    if (only !== undefined && driver.label.replace(/\W/g, '').toLowerCase() !== only) continue;
    rows.push(await compare(redis, url, driver, ALL, null));
    rows.push(await compare(redis, url, driver, PICKED * 2, PICK));
  }
  redis.disconnect();
  return rows;
}

async function compare(
  redis: Redis,
  url: string,
  driver: QueueDriver,
  jobs: number,
  query: string | null,
): Promise<string[]> {
  const floors: Run[] = [];
  const ours: Run[] = [];
  const count = query === null ? jobs : jobs / 2;
  for (let round = 0; round < ROUNDS; round += 1) {
    await seedJobs(redis, url, driver, NAME, 'failed', jobs);
    const ids = Array.from({ length: count }, (_, n) => String(query === null ? n : n * 2));
    floors.push(
      await measured(redis, url, () =>
        query === null ? retryAllByLibrary(url, driver, NAME) : retryEachByLibrary(url, driver, NAME, ids),
      ),
    );
    await check(redis, count);
    await seedJobs(redis, url, driver, NAME, 'failed', jobs);
    const operator = new Operator(redis, url);
    const ref = await operator.refOf(driver, { prefix: 'bull', name: NAME } as DriverQueue);
    ours.push(
      await measured(redis, url, async () => {
        operator.runner.start();
        const target = { by: 'query', state: 'failed', query: query ?? '' };
        const { id } = await operator.start(ref, { action: 'retry', target, pace: null });
        const { state, counts } = await operator.reached(id, ['done', 'failed'], 120_000);
        if (state !== 'done' || counts.done !== count) throw new Error(`${state}: ${JSON.stringify(counts)}`);
      }),
    );
    await operator.close();
    await check(redis, count);
  }
  const of = (runs: readonly Run[], key: keyof Run) => median(runs.map((run) => run[key]));
  const [floor, mine] = [of(floors, 'seconds'), of(ours, 'seconds')];
  return [
    `${driver.label}, ${query === null ? `all ${count}` : `${count} picked of ${jobs}`}`,
    floor.toFixed(2),
    mine.toFixed(2),
    (mine / floor).toFixed(2),
    Math.round(count / mine).toLocaleString('en'),
    `${of(floors, 'scriptMs').toFixed(2)}, ${of(ours, 'scriptMs').toFixed(2)}`,
    `${of(floors, 'blocks')}, ${of(ours, 'blocks')} of ${of(ours, 'calls')}`,
    `${of(floors, 'longestMs').toFixed(1)}, ${of(ours, 'longestMs').toFixed(1)}`,
    of(ours, 'heapMb').toFixed(0),
  ];
}

async function check(redis: Redis, count: number): Promise<void> {
  const waiting = await redis.llen(`bull:${NAME}:wait`);
  if (waiting !== count) throw new Error(`${waiting} jobs wait instead of ${count}`);
}

/** Runs `work`; how long commands kept Redis busy is Redis' own record. */
async function measured(redis: Redis, url: string, work: () => Promise<void>): Promise<Run> {
  let heap = 0;
  const sampling = setInterval(() => (heap = Math.max(heap, process.memoryUsage().heapUsed)), 20);
  const blocked = await new BlockProbe(redis, url).measured(work);
  clearInterval(sampling);
  return { ...blocked, heapMb: heap / 1e6 };
}

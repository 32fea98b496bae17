import { Redis } from 'ioredis';
import { Operator } from '../../lib/testing/operator';
import { bullDriver, bullMq5Driver, bullMqDriver } from '../../lib/testing/queue-drivers';
import type { DriverQueue, QueueDriver } from '../../lib/testing/queue-driver';
import { median } from './meter';
import { retryAllByLibrary, retryEachByLibrary } from './operations-floor';

const ALL = 500_000;
const PICKED = 100_000;
const ROUNDS = 3;
const BLOCK_MS = 10;
const NAME = 'bench-operations';
/** Half of the jobs have it. */
const PICK = 'name=even';

/** `scriptMs`: a script kept Redis busy for so long on average; `blocks`: commands that took longer than `BLOCK_MS`. */
type Run = { seconds: number; scriptMs: number; blocks: number; calls: number; heapMb: number };

/** Retrying many failed jobs, against the library's own scripts run bare in the same process and round. */
export async function benchOperations(url: string): Promise<string[][]> {
  const redis = new Redis(url);
  await redis.config('SET', 'slowlog-log-slower-than', String(BLOCK_MS * 1_000));
  await redis.config('SET', 'slowlog-max-len', '100000');
  const rows: string[][] = [
    ['', 'library s', 'ours s', 'ratio', 'jobs/s', 'ms a script', `over ${BLOCK_MS} ms: library, ours`, 'heap MB'],
  ];
  for (const driver of [bullMqDriver, bullMq5Driver, bullDriver]) {
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
    await seedFailed(redis, url, driver, jobs);
    const ids = Array.from({ length: count }, (_, n) => String(query === null ? n : n * 2));
    floors.push(
      await measured(redis, () =>
        query === null ? retryAllByLibrary(url, driver, NAME) : retryEachByLibrary(url, driver, NAME, ids),
      ),
    );
    await check(redis, count);
    await seedFailed(redis, url, driver, jobs);
    const operator = new Operator(redis, url);
    const ref = await operator.refOf(driver, { prefix: 'bull', name: NAME } as DriverQueue);
    ours.push(
      await measured(redis, async () => {
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
    of(ours, 'heapMb').toFixed(0),
  ];
}

async function check(redis: Redis, count: number): Promise<void> {
  const waiting = await redis.llen(`bull:${NAME}:wait`);
  if (waiting !== count) throw new Error(`${waiting} jobs wait instead of ${count}`);
}

/** Runs `work`; how long commands kept Redis busy is Redis' own record. */
async function measured(redis: Redis, work: () => Promise<void>): Promise<Run> {
  await redis.config('RESETSTAT');
  await redis.call('SLOWLOG', 'RESET');
  let heap = 0;
  const sampling = setInterval(() => (heap = Math.max(heap, process.memoryUsage().heapUsed)), 20);
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  clearInterval(sampling);
  const blocks = Number(await redis.call('SLOWLOG', 'LEN'));
  const [, calls, usec] = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(await redis.info('commandstats')) ?? [];
  return {
    seconds,
    blocks,
    calls: Number(calls),
    scriptMs: Number(usec) / Number(calls) / 1_000,
    heapMb: heap / 1e6,
  };
}

/** Failed jobs as the library leaves them, written straight: through workers half a million takes minutes. */
async function seedFailed(redis: Redis, url: string, driver: QueueDriver, count: number): Promise<void> {
  await redis.flushdb();
  const queue = driver.open(url, 'bull', NAME);
  await queue.add('first', {}, { delay: 3_600_000 });
  await queue.close();
  const base = `bull:${NAME}`;
  const from = Date.now() - count;
  const attempts = driver.kind === 'bull' ? 'attemptsMade' : 'atm';
  for (let start = 0; start < count; start += 2_000) {
    const pipeline = redis.pipeline();
    const scores: (string | number)[] = [];
    for (let n = start; n < Math.min(count, start + 2_000); n += 1) {
      pipeline.hset(`${base}:${n}`, {
        name: n % 2 === 0 ? 'even' : 'odd',
        data: `{"n":${n}}`,
        opts: '{"attempts":1}',
        timestamp: from,
        delay: 0,
        priority: 0,
        processedOn: from + n,
        finishedOn: from + n,
        [attempts]: 1,
        failedReason: 'card declined',
      });
      scores.push(from + n, String(n));
    }
    pipeline.zadd(`${base}:failed`, ...scores);
    await pipeline.exec();
  }
}

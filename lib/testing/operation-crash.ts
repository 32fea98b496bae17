import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { deadLetterNameOf, deadLetterSchema } from '../domain/dead-letter';
import type { OperationAction } from '../domain/operation';
import { sleep, uniqueName, until } from './looker';
import { Operator } from './operator';
import type { QueueDriver } from './queue-driver';

/**
 * One operation that is interrupted. `query`: only what it picks, which takes one script a job; else the script for many.
 * Jobs have failed before, or are delayed where they are to be promoted. `clean` and `drain` take all there is.
 */
export type CrashCase = {
  action: Exclude<OperationAction, 'obliterate' | 'bring-back' | 'replay'>;
  query: string;
  jobs: number;
  pace: number;
};
export type CrashResult = { kills: number; takeovers: number };

const KILL_AFTER_MS = 2_500;
const OPERATION_MS = 240_000;

/** Random numbers that are the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Kills the process that runs an operation `kills` times at random points, while workers do what it sets going, and looks
 * whether each job was done once.
 * @throws Error that names the jobs that were lost or done twice
 */
export async function crashOperation(
  driver: QueueDriver,
  url: string,
  { action, query, jobs, pace }: CrashCase,
  kills: number,
  random: () => number,
): Promise<CrashResult> {
  const redis = new Redis(url);
  const queue = driver.open(url, 'bull', uniqueName('crash'));
  const observer = new Operator(redis, url);
  const runs = new Map<number, number>();
  const isFailed = action !== 'promote' && action !== 'drain';
  let isSeeding = isFailed;
  const worker = await queue.work(
    (job) => {
      const { n } = job.data as { n: number };
      if (isSeeding) return Promise.reject(new Error('first time'));
      runs.set(n, (runs.get(n) ?? 0) + 1);
      // Some fail again: they are not meant any more, however often the operation is taken up.
      return n % 10 === 0 ? Promise.reject(new Error('again')) : Promise.resolve(null);
    },
    { concurrency: 20 },
  );
  const processes: ChildProcess[] = [];
  try {
    const options = isFailed ? {} : { delay: 3_600_000 };
    await queue.addMany(
      Array.from({ length: jobs }, (_, n) => ({ name: n % 2 === 0 ? 'even' : 'odd', data: { n }, options })),
    );
    const set = `bull:${queue.name}:${isFailed ? 'failed' : 'delayed'}`;
    await until(async () => (await redis.zcard(set)) === jobs, 60_000);
    isSeeding = false;
    await sleep(5);
    const ref = await observer.refOf(driver, queue);
    processes.push(...(await Promise.all([startOperator(url), startOperator(url)])));
    const { id } =
      action === 'clean'
        ? await observer.clear(ref, { what: 'clean', state: 'failed', olderThanMs: 0 }, pace)
        : action === 'drain'
          ? await observer.clear(ref, { what: 'drain', delayed: true }, pace)
          : await observer.start(ref, {
              action,
              target: { by: 'query', state: isFailed ? 'failed' : 'delayed', query },
              pace,
              confirm: queue.name,
            });
    let killed = 0;
    while (killed < kills) {
      await sleep(random() * KILL_AFTER_MS);
      const record = await observer.store.load(id);
      if (!record || record.operation.endedAt !== null) break;
      const holder = Number(record.operation.runner?.split(':')[1]);
      const victim = processes.find(({ pid }) => pid === holder);
      if (!victim) continue;
      victim.kill('SIGKILL');
      killed += 1;
      processes.splice(processes.indexOf(victim), 1, await startOperator(url));
    }
    const operation = await observer.reached(id, ['done', 'failed'], OPERATION_MS);
    const meant = Array.from({ length: jobs }, (_, n) => n).filter((n) => query === '' || n % 2 === 0);
    const { counts, state, takeovers } = operation;
    if (state !== 'done' || counts.done !== meant.length || counts.failed + counts.skipped > 0)
      throw new Error(`ended as ${state} with ${JSON.stringify(counts)}; ${meant.length} jobs were meant`);
    if (action === 'remove' || action === 'clean' || action === 'drain')
      await assertLeft(redis, set, runs, jobs - meant.length);
    else if (action === 'dead-letter') {
      await assertLeft(redis, set, runs, jobs - meant.length);
      await assertMoved(redis, `bull:${deadLetterNameOf(queue.name)}`, meant);
    } else await assertOnce(runs, meant);
    return { kills: killed, takeovers };
  } finally {
    for (const child of processes) child.kill('SIGKILL');
    await worker.close();
    await observer.close();
    await queue.close();
    redis.disconnect();
  }
}

/** What was to be removed is, nothing else is, and none of it was run. */
async function assertLeft(redis: Redis, set: string, runs: ReadonlyMap<number, number>, left: number): Promise<void> {
  const count = await redis.zcard(set);
  if (count !== left || runs.size > 0) throw new Error(`${count} jobs are left instead of ${left}; ${runs.size} ran`);
}

/** Each job that was meant lies among the dead letters once. */
async function assertMoved(redis: Redis, base: string, meant: readonly number[]): Promise<void> {
  const ids = await redis.lrange(`${base}:wait`, 0, -1);
  const found = new Set<number>();
  for (const id of ids) {
    const { data } = deadLetterSchema.parse(JSON.parse((await redis.hget(`${base}:${id}`, 'data')) ?? ''));
    found.add((data as { n: number }).n);
  }
  if (ids.length !== meant.length || !meant.every((n) => found.has(n)))
    throw new Error(`${ids.length} dead letters of ${found.size} jobs lie there; ${meant.length} were meant`);
}

/** Every job that was meant has run once more, and no other has. */
async function assertOnce(runs: ReadonlyMap<number, number>, meant: readonly number[]): Promise<void> {
  await until(() => meant.every((n) => runs.has(n)), 30_000).catch(() => undefined);
  await sleep(500);
  const wanted = new Set(meant);
  const lost = meant.filter((n) => !runs.has(n));
  const twice = [...runs].filter(([n, count]) => count > 1 || !wanted.has(n)).map(([n]) => n);
  if (lost.length + twice.length > 0)
    throw new Error(
      `lost: ${lost.slice(0, 10).join(', ') || 'none'}; too often: ${twice.slice(0, 10).join(', ') || 'none'}`,
    );
}

async function startOperator(url: string): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('./operator-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the process that runs operations did not start'))),
  ]);
  return child;
}

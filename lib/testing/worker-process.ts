import { spawn, type ChildProcess } from 'node:child_process';
import { connectionOf } from './queue-drivers';
import type { QueueDriver } from './queue-driver';

const PROGRAMS = {
  bull: `
    const Bull = require('bull');
    new Bull(name, { prefix, redis: connection, settings: { lockDuration, stalledInterval } }).process('*', concurrency, work);`,
  bullmq: `
    const { Worker } = require(library);
    new Worker(name, work, { prefix, connection, concurrency, lockDuration, stalledInterval, ...(worker ? { name: worker } : {}) });`,
};

/** `hang`: takes a job and never ends it. `block`: takes one and keeps its event loop busy for `blockMs`. Times in ms. */
export type WorkerProcessOptions = {
  does: 'hang' | 'block';
  blockMs?: number;
  lockDuration?: number;
  stalledInterval?: number;
  concurrency?: number;
  /** What the worker calls itself; BullMQ only. */
  worker?: string;
};

/** A worker in a process of its own, connected; `started` comes true when it has a job in its hands. Kill it when done. */
export function startWorkerProcess(
  driver: QueueDriver,
  url: string,
  { prefix, name }: { prefix: string; name: string },
  { does, blockMs = 0, ...options }: WorkerProcessOptions,
): { child: ChildProcess; started: Promise<void> } {
  const { host, port, db } = connectionOf(url);
  const connection = { host, port, db, ...(driver.kind === 'bullmq' ? { maxRetriesPerRequest: null } : {}) };
  const { lockDuration = 30_000, stalledInterval = 30_000, concurrency = 1, worker = null } = options;
  const program = `
    const { prefix, name, library, connection, does, blockMs, lockDuration, stalledInterval, concurrency, worker } = ${JSON.stringify(
      {
        ...{ prefix, name, library: driver.package, connection, does, blockMs },
        ...{ lockDuration, stalledInterval, concurrency, worker },
      },
    )};
    const work = async () => {
      console.log('started');
      if (does === 'hang') return new Promise(() => setInterval(() => undefined, 1000));
      // What was said must be out before nothing else runs.
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (const end = Date.now() + blockMs; Date.now() < end; );
    };
    ${PROGRAMS[driver.kind]}`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  const started = new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error('the worker ended before it took a job')));
    setTimeout(() => reject(new Error('the worker took no job')), 15_000).unref();
  });
  started.catch(() => undefined);
  return { child, started };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { libraryAddress } from './library-connection';
import type { QueueDriver } from './queue-driver';

const PROGRAMS = {
  bull: `
    const Bull = require('bull');
    new Bull(name, { prefix, ...(address.kind === 'cluster' ? { createClient: connect } : { redis: connect() }), settings: { lockDuration, stalledInterval } }).process('*', concurrency, work);`,
  bullmq: `
    const { Worker } = require(library);
    new Worker(name, work, { prefix, connection: connect(), concurrency, lockDuration, stalledInterval, ...(worker ? { name: worker } : {}) });`,
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
  const address = libraryAddress(url);
  const { lockDuration = 30_000, stalledInterval = 30_000, concurrency = 1, worker = null } = options;
  const program = `
    const { prefix, name, library, address, does, blockMs, lockDuration, stalledInterval, concurrency, worker } = ${JSON.stringify(
      {
        ...{ prefix, name, library: driver.package, address, does, blockMs },
        ...{ lockDuration, stalledInterval, concurrency, worker },
      },
    )};
    const { Cluster } = require('ioredis');
    const connect = () => address.kind === 'cluster' ? new Cluster(address.nodes, address.options) : address.options;
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

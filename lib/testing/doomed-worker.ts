import { spawn } from 'node:child_process';
import { connectionOf } from './queue-drivers';
import type { QueueDriver } from './queue-driver';

const PROGRAMS = {
  bull: `
    const Bull = require('bull');
    new Bull(name, { prefix, redis: connection, settings: { lockDuration: 400, stalledInterval: 30000 } }).process('*', hang);`,
  bullmq: `
    const { Worker } = require(library);
    new Worker(name, hang, { prefix, connection, lockDuration: 400, stalledInterval: 30000 });`,
};

/** Lets a worker process of its own take one job, and kills it with the job in its hands. */
export async function killWorkerAtWork(driver: QueueDriver, url: string, prefix: string, name: string): Promise<void> {
  const { host, port, db } = connectionOf(url);
  const connection = { host, port, db, ...(driver.kind === 'bullmq' ? { maxRetriesPerRequest: null } : {}) };
  const program = `
    const [prefix, name, library, connection] = ${JSON.stringify([prefix, name, driver.package, connection])};
    const hang = () => { console.log('started'); return new Promise(() => setInterval(() => undefined, 1000)); };
    ${PROGRAMS[driver.kind]}`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', () => reject(new Error('the worker ended before it took a job')));
      setTimeout(() => reject(new Error('the worker took no job')), 10_000).unref();
    });
  } finally {
    child.kill('SIGKILL');
  }
}

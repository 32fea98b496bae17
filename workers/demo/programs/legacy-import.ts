import { randomInt } from 'node:crypto';
import { Queue, Worker } from 'bullmq5';
import { redisConnection } from '../support/environment';
import { failSometimes } from '../support/failures';
import { atRate, every, reportTrouble, runUntilStopped } from '../support/run-program';
import { work } from '../support/run-time';

/** A queue written by BullMQ 5, as in a house where not everything is upgraded at once. Now and then a very large job. */
const connection = redisConnection();
const defaultJobOptions = { attempts: 2, removeOnComplete: { count: 100 }, removeOnFail: { count: 50 } };
const queue = new Queue('legacy-import', { connection, defaultJobOptions });
const worker = new Worker(
  'legacy-import',
  async () => {
    await work(120, 900);
    failSometimes(0.04);
    return { rows: randomInt(1, 5_000) };
  },
  { connection, concurrency: 4 },
);
queue.on('error', reportTrouble);
worker.on('error', reportTrouble);
runUntilStopped(() => Promise.all([worker.close(true), queue.close()]));

atRate(
  () => 4,
  () => queue.add('import-file', { file: `s3://imports/${randomInt(1_000_000)}.csv`, rows: randomInt(10_000) }),
);
every(120_000, () => queue.add('import-inline', { file: 'inline', csv: 'id;name;amount\n'.repeat(70_000) }), 12_000);

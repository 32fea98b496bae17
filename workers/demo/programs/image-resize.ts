import { randomInt } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { redisConnection } from '../support/environment';
import { failSometimes } from '../support/failures';
import { HOSTILE_DATA, HOSTILE_NAME, hostileError } from '../support/hostile';
import { atRate, every, reportTrouble, runUntilStopped } from '../support/run-program';
import { work } from '../support/run-time';

/** Some 40 jobs a second at best, 20 in a slow spell of the dependency: a burst takes about two minutes to work off. */
const CONCURRENCY = 12;
const BURST_JOBS = 2_500;
const BURST_EVERY_MS = 4 * 60_000;
const FIRST_BURST_MS = 40_000;
/** Above this the producer waits: the demo must not fill its Redis on a machine that is too slow for it. */
const MAX_WAITING = 10_000;

const connection = redisConnection();
const defaultJobOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: { count: 1_000 },
  removeOnFail: { count: 300 },
};
const queue = new Queue('image-resize', { connection, defaultJobOptions });
const worker = new Worker(
  'image-resize',
  async (job) => {
    await work(60, 1_000);
    if (job.name === HOSTILE_NAME) throw hostileError();
    failSometimes(0.025);
    await job.updateProgress(100);
    return { width: 320, height: 240, bytes: randomInt(2_000, 90_000) };
  },
  { connection, concurrency: CONCURRENCY },
);
queue.on('error', reportTrouble);
worker.on('error', reportTrouble);
runUntilStopped(() => Promise.all([worker.close(true), queue.close()]));

const SIZES = ['thumbnail', 'preview', 'hero'];
const image = () => ({
  name: SIZES[randomInt(SIZES.length)] ?? 'preview',
  data: { image: `img/${randomInt(1_000_000)}.jpg` },
});

let isFull = false;
every(5_000, async () => (isFull = (await queue.getJobCountByTypes('waiting', 'prioritized')) > MAX_WAITING), 0);
atRate(
  () => (isFull ? 0 : 16),
  () => {
    const { name, data } = image();
    return queue.add(name, data, Math.random() < 0.05 ? { priority: 5 } : {});
  },
);
every(
  BURST_EVERY_MS,
  async () => (isFull ? [] : queue.addBulk(Array.from({ length: BURST_JOBS }, image))),
  FIRST_BURST_MS,
);
every(120_000, () => queue.add(HOSTILE_NAME, HOSTILE_DATA, { attempts: 1 }), 8_000);

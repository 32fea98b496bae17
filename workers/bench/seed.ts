import Bull from 'bull';
import { Queue, Worker } from 'bullmq';
import type { BenchQueue } from './floor';

const JOBS_PER_QUEUE = 50;
const PAYLOAD = { customer: 4711, note: 'x'.repeat(900) };

/** Makes `count` queues, half Bull and half BullMQ, each with waiting, delayed and finished jobs, through the libraries. */
export async function seedQueues(url: string, count: number): Promise<BenchQueue[]> {
  const { hostname, port } = new URL(url);
  const connection = { host: hostname, port: Number(port) };
  const queues: BenchQueue[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = `bench-${String(index).padStart(4, '0')}`;
    const kind = index % 2 === 0 ? 'bull' : 'bullmq';
    if (kind === 'bull') await seedBull(name, connection);
    else await seedBullMq(name, connection);
    queues.push({ base: `bull:${name}`, kind });
  }
  return queues;
}

type Connection = { host: string; port: number };

async function seedBull(name: string, redis: Connection): Promise<void> {
  const queue = new Bull(name, { redis });
  await queue.addBulk(
    Array.from({ length: JOBS_PER_QUEUE }, (_, n) => ({ data: PAYLOAD, opts: n < 5 ? { delay: 86_400_000 } : {} })),
  );
  const job = await queue.getNextJob();
  await job?.moveToCompleted('done', true);
  await queue.close();
}

async function seedBullMq(name: string, connection: Connection): Promise<void> {
  const queue = new Queue(name, { connection });
  await queue.addBulk(
    Array.from({ length: JOBS_PER_QUEUE }, (_, n) => ({
      name: 'step',
      data: PAYLOAD,
      opts: n < 5 ? { delay: 86_400_000 } : {},
    })),
  );
  const worker = new Worker(name, null, { connection });
  const job = await worker.getNextJob('bench');
  await job?.moveToCompleted('done', 'bench', false);
  await worker.close();
  await queue.close();
}

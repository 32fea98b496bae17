import { randomInt } from 'node:crypto';
import { FlowProducer, Queue, Worker, type WorkerOptions } from 'bullmq';
import { crashEvery, LOCK_MS, STALL_CHECK_MS } from '../support/crash';
import { redisConnection } from '../support/environment';
import { failSometimes } from '../support/failures';
import { atRate, reportTrouble, runUntilStopped } from '../support/run-program';
import { work } from '../support/run-time';

/** Orders as flows: the parent waits for its steps. The process is killed every two and a half minutes. */
const connection = redisConnection();
const options: WorkerOptions = { connection, concurrency: 6, lockDuration: LOCK_MS, stalledInterval: STALL_CHECK_MS };
const flows = new FlowProducer({ connection });
/** A flow's producer leaves no trace of its version in its queues; these do, so that Tailback knows how to write to them. */
const queues = ['order-fulfilment', 'order-steps'].map((name) => new Queue(name, { connection }));
const steps = new Worker(
  'order-steps',
  async (job) => {
    await work(90, 700);
    failSometimes(0.03);
    return { step: job.name, by: `station-${randomInt(1, 9)}` };
  },
  options,
);
const orders = new Worker(
  'order-fulfilment',
  async (job) => {
    await work(40, 200);
    return { shipped: true, steps: Object.keys(await job.getChildrenValues()).length };
  },
  options,
);
for (const queue of queues) queue.on('error', reportTrouble);
flows.on('error', reportTrouble);
steps.on('error', reportTrouble);
orders.on('error', reportTrouble);
runUntilStopped(() =>
  Promise.all([steps.close(true), orders.close(true), flows.close(), ...queues.map((queue) => queue.close())]),
);
crashEvery(150_000);

const keep = { removeOnComplete: { count: 500 }, removeOnFail: { count: 200 } };
atRate(
  () => 2,
  () => {
    const order = randomInt(100_000, 999_999);
    const step = (name: string) => ({
      name,
      queueName: 'order-steps',
      data: { order },
      // A step that fails for good must not leave its order waiting for ever.
      opts: { ...keep, attempts: 3, backoff: { type: 'fixed', delay: 2_000 }, ignoreDependencyOnFailure: true },
    });
    return flows.add({
      name: 'order',
      queueName: 'order-fulfilment',
      data: { order, customer: `c-${randomInt(5_000)}` },
      opts: keep,
      children: [step('reserve-stock'), step('charge-card'), step('print-label')],
    });
  },
);

import Bull from 'bull';
import { FlowProducer, Queue, Worker, type FlowJob, type JobNode } from 'bullmq';
import { FlowProducer as FlowProducer5, Queue as Queue5, Worker as Worker5 } from 'bullmq5';
import { bullConnection, bullMqConnection } from './library-connection';
import { GiveBack, type DriverFlow, type DriverFlowIds, type DriverQueue, type QueueDriver } from './queue-driver';

/** Where workers connect to: both libraries want an address of their own for it. */
export function connectionOf(url: string): { host: string; port: number; db: number; maxRetriesPerRequest: null } {
  const { hostname, port, pathname } = new URL(url);
  return { host: hostname, port: Number(port || 6379), db: Number(pathname.slice(1) || 0), maxRetriesPerRequest: null };
}

export const bullDriver: QueueDriver = {
  label: 'Bull 4',
  kind: 'bull',
  package: 'bull',
  states: ['waiting', 'active', 'delayed', 'completed', 'failed'],
  pausedState: 'paused',
  open: openBull,
};

export const bullMq5Driver: QueueDriver = {
  label: 'BullMQ 5',
  kind: 'bullmq',
  package: 'bullmq5',
  states: ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children', 'completed', 'failed'],
  pausedState: 'paused',
  open: (url, prefix, name) =>
    openBullMq(
      { Queue: Queue5, Worker: Worker5, FlowProducer: FlowProducer5 } as unknown as BullMqLibrary,
      url,
      prefix,
      name,
    ),
};

export const bullMqDriver: QueueDriver = {
  ...bullMq5Driver,
  label: 'BullMQ 6',
  package: 'bullmq',
  pausedState: 'waiting',
  open: (url, prefix, name) => openBullMq({ Queue, Worker, FlowProducer }, url, prefix, name),
};

function openBull(url: string, prefix: string, name: string): DriverQueue {
  const queue = new Bull(name, { prefix, ...bullConnection(url) });
  queue.on('error', () => undefined);
  const workers: Bull.Queue[] = [];
  return {
    prefix,
    name,
    add: async (jobName, data, options = {}) => String((await queue.add(jobName, data, options)).id),
    addMany: async (jobs) =>
      (await queue.addBulk(jobs.map(({ options, ...job }) => ({ ...job, opts: options ?? {} })))).map(({ id }) =>
        String(id),
      ),
    addParent: () => Promise.reject(new Error('Bull has no flows')),
    addFlow: () => Promise.reject(new Error('Bull has no flows')),
    addOnce: async (jobName, id) => String((await queue.add(jobName, {}, { debounce: { id, ttl: 60_000 } })).id),
    async work(process, { concurrency = 1, limiter, stalledInterval, maxStalledCount } = {}) {
      const worker = new Bull(name, {
        prefix,
        ...bullConnection(url),
        ...(limiter ? { limiter } : {}),
        settings: {
          ...(stalledInterval === undefined ? {} : { stalledInterval }),
          ...(maxStalledCount === undefined ? {} : { maxStalledCount }),
        },
      });
      worker.on('error', () => undefined);
      workers.push(worker);
      void worker.process('*', concurrency, (job) =>
        process({ id: String(job.id), name: job.name, data: job.data as unknown, attemptsMade: job.attemptsMade }),
      );
      await worker.isReady();
      return { close: () => worker.close() };
    },
    async schedule(id, { pattern, every, ...more }, jobName, data) {
      const repeat = pattern === undefined ? { ...more, every: every ?? 0 } : { ...more, cron: pattern };
      await queue.add(jobName, data, { repeat, jobId: id });
    },
    repeatAsBefore: () => Promise.reject(new Error('BullMQ only')),
    pause: () => queue.pause(),
    resume: () => queue.resume(),
    async retry(jobId) {
      await (await queue.getJob(jobId))?.retry();
    },
    async remove(jobId) {
      await (await queue.getJob(jobId))?.remove();
    },
    obliterate: () => queue.obliterate({ force: true }),
    async close() {
      await Promise.all([...workers, queue].map((one) => one.close(true)));
    },
  };
}

/** What this driver uses of BullMQ; the same in majors 5 and 6. */
type BullMqLibrary = { Queue: typeof Queue; Worker: typeof Worker; FlowProducer: typeof FlowProducer };

function openBullMq(library: BullMqLibrary, url: string, prefix: string, name: string): DriverQueue {
  const { connection, end } = bullMqConnection(url);
  const queue = new library.Queue(name, { prefix, connection });
  const closing: { close(force?: boolean): Promise<unknown> }[] = [queue];
  queue.on('error', () => undefined);
  return {
    prefix,
    name,
    add: async (jobName, data, options = {}) => String((await queue.add(jobName, data, options)).id),
    addMany: async (jobs) =>
      (await queue.addBulk(jobs.map(({ options, ...job }) => ({ ...job, opts: options ?? {} })))).map(({ id }) =>
        String(id),
      ),
    async addFlow(tree) {
      const flows = new library.FlowProducer({ prefix, connection });
      const made = await flows.add(toFlow(tree));
      await flows.close();
      return toIds(made);
    },
    addOnce: async (jobName, id) => String((await queue.add(jobName, {}, { deduplication: { id, ttl: 60_000 } })).id),
    async addParent(jobName, childQueue) {
      const flows = new library.FlowProducer({ prefix, connection });
      const { job } = await flows.add({
        name: jobName,
        queueName: name,
        data: {},
        children: [{ name: 'child', queueName: childQueue, data: {} }],
      });
      await flows.close();
      return String(job.id);
    },
    async work(process, { concurrency = 1, limiter, stalledInterval, maxStalledCount } = {}) {
      const worker: Worker = new library.Worker(
        name,
        async (job) => {
          try {
            return await process({
              id: String(job.id),
              name: job.name,
              data: job.data as unknown,
              attemptsMade: job.attemptsMade,
            });
          } catch (error) {
            if (!(error instanceof GiveBack)) throw error;
            await worker.rateLimit(200);
            throw library.Worker.RateLimitError();
          }
        },
        {
          prefix,
          connection,
          concurrency,
          drainDelay: 1,
          ...(limiter ? { limiter } : {}),
          ...(stalledInterval === undefined ? {} : { stalledInterval }),
          ...(maxStalledCount === undefined ? {} : { maxStalledCount }),
        },
      );
      worker.on('error', () => undefined);
      closing.push(worker);
      await worker.waitUntilReady();
      return { close: () => worker.close() };
    },
    async schedule(id, schedule, jobName, data) {
      await queue.upsertJobScheduler(id, schedule, { name: jobName, data });
    },
    async repeatAsBefore(repeat, jobName, data) {
      await queue.add(jobName, data, { repeat } as never);
    },
    pause: () => queue.pause(),
    resume: () => queue.resume(),
    async retry(jobId) {
      await (await queue.getJob(jobId))?.retry();
    },
    async remove(jobId) {
      await (await queue.getJob(jobId))?.remove();
    },
    obliterate: () => queue.obliterate({ force: true }),
    async close() {
      await Promise.all(closing.reverse().map((one) => one.close(true)));
      end();
    },
  };
}

function toFlow({ name, queue, children }: DriverFlow): FlowJob {
  return { name, queueName: queue, data: {}, children: (children ?? []).map(toFlow) };
}

function toIds({ job, children }: JobNode): DriverFlowIds {
  return { id: String(job.id), children: (children ?? []).map(toIds) };
}

import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { Redis } from 'ioredis';
import type { QueueId } from '../../lib/domain/queue';
import { toQueueKey } from '../../lib/domain/queue-key';
import type { DriverJobOptions, DriverQueue, QueueDriver } from '../../lib/testing/queue-driver';
import { pause, until } from '../../lib/testing/processes';
import { seedHistory, type Hour } from './seed-history';

const WORKER = path.join(import.meta.dirname, 'worker.mjs');
export const SOURCE = 'main';
const PREFIX = 'bull';

export type Handler = {
  runMs?: number;
  failShare?: number;
  failText?: string;
  blockMs?: number;
  hang?: boolean;
  /** The worker alone takes nothing more, as a library’s `worker.pause()` does. */
  pausing?: boolean;
  /** Jobs that kill their worker do not. */
  isImmune?: boolean;
  slowNames?: Record<string, number>;
};
export type WorkerOptions = {
  concurrency?: number;
  limiter?: { max: number; duration: number };
  lockDuration?: number;
  stalledInterval?: number;
  maxStalledCount?: number;
} & { does?: Handler };

export type StageWorker = {
  does(handler: Handler): void;
  /** Ends it as a deploy does: it finishes its jobs. */
  stop(): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Stops it in its tracks, with its connections open. */
  freeze(): void;
  thaw(): void;
  ended: Promise<unknown>;
};

/** The real things of one drill: a Redis, queues, workers in processes of their own, producers. */
export class Stage {
  readonly redis: Redis;
  private readonly queues = new Map<string, DriverQueue>();
  private readonly children = new Set<ChildProcess>();
  private readonly producers: { isOn: boolean }[] = [];

  constructor(
    readonly url: string,
    readonly driver: QueueDriver,
  ) {
    this.redis = new Redis(url, { maxRetriesPerRequest: null });
    this.redis.on('error', () => undefined);
  }

  queue(name: string): DriverQueue {
    let queue = this.queues.get(name);
    if (!queue) this.queues.set(name, (queue = this.driver.open(this.url, PREFIX, name)));
    return queue;
  }

  idOf(name: string): QueueId {
    return { source: SOURCE, namespace: PREFIX, name };
  }

  /** A key of the queue in Redis. */
  key(name: string, part: string): string {
    return `${PREFIX}:${name}:${part}`;
  }

  async worker(name: string, { concurrency = 1, does = {}, ...options }: WorkerOptions = {}): Promise<StageWorker> {
    const settings = {
      library: this.driver.package,
      url: this.url,
      prefix: PREFIX,
      name,
      concurrency,
      does,
      ...options,
    };
    const child = fork(WORKER, [JSON.stringify(settings)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.children.add(child);
    child.once('exit', () => this.children.delete(child));
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`a worker ended at its start (${code})`)));
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const end = async (signal: NodeJS.Signals) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await ended;
    };
    return {
      does: (handler) => void (child.connected && child.send(handler)),
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
      freeze: () => void child.kill('SIGSTOP'),
      thaw: () => void child.kill('SIGCONT'),
      ended,
    };
  }

  async workers(count: number, name: string, options: WorkerOptions = {}): Promise<StageWorker[]> {
    return Promise.all(Array.from({ length: count }, () => this.worker(name, options)));
  }

  /** Adds jobs at a steady pace until it is stopped, as independent events come: not like a clock. */
  produce(
    name: string,
    perS: number,
    { job = 'work', data = {}, options = {} }: { job?: string; data?: unknown; options?: DriverJobOptions } = {},
  ): { stop(): void } {
    const state = { isOn: true };
    this.producers.push(state);
    const queue = this.queue(name);
    const tidy = { removeOnComplete: 100, removeOnFail: 500, ...options };
    void (async () => {
      let owed = 0;
      for (let before = Date.now(); state.isOn; await pause(Math.min(1_000, 200 / Math.max(perS / 5, 0.2)))) {
        const now = Date.now();
        owed += poisson(((now - before) * perS) / 1000);
        before = now;
        const jobs = Array.from({ length: owed }, () => ({ name: job, data, options: tidy }));
        owed = 0;
        if (jobs.length > 0) await queue.addMany(jobs).catch(() => undefined);
      }
    })();
    return { stop: () => void (state.isOn = false) };
  }

  async addMany(
    name: string,
    count: number,
    { job = 'work', data = {}, options = {} }: { job?: string; data?: unknown; options?: DriverJobOptions } = {},
  ): Promise<void> {
    const queue = this.queue(name);
    for (let done = 0; done < count; done += 500)
      await queue.addMany(
        Array.from({ length: Math.min(500, count - done) }, () => ({
          name: job,
          data,
          options: { removeOnComplete: 100, removeOnFail: 500, ...options },
        })),
      );
  }

  /** Weeks of a queue's past, hour by hour, in the store. */
  async past(name: string, hour: (at: number) => Hour, { days = 29, isBatch = false } = {}): Promise<void> {
    await seedHistory(this.redis, { source: SOURCE, queueKey: toQueueKey(this.idOf(name)), days, hour, isBatch });
  }

  async emptied(name: string, limitMs = 30_000): Promise<void> {
    await until(async () => (await this.redis.llen(this.key(name, 'wait'))) === 0, limitMs);
  }

  async close(): Promise<void> {
    for (const producer of this.producers) producer.isOn = false;
    await Promise.all(
      [...this.children].map(async (child) => {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await ended;
      }),
    );
    await Promise.race([Promise.allSettled([...this.queues.values()].map((queue) => queue.close())), pause(3_000)]);
    this.redis.disconnect();
  }
}

function poisson(mean: number): number {
  const limit = Math.exp(-mean);
  let product = Math.random();
  let count = 0;
  for (; product > limit; count += 1) product *= Math.random();
  return count;
}

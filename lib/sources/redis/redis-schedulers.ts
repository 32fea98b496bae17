import type { Redis } from '../../redis/connection';
import type { SchedulerBody, SchedulerEdit, SchedulerTemplate } from '../../domain/scheduler';
import type { KeptRun, Schedulers, StoredScheduler } from '../schedulers';
import type { QueueRef } from '../source';
import { results } from './job-sets';
import { keptOptions } from './job-actions';
import { baseOf } from './keys';
import { KeyedQueue } from './keyed-queue';
import type { Libraries } from './libraries';
import type { Patience } from './patience';
import { readKeptRuns, readScheduler, readSchedulers, readTemplate } from './scheduler-read';
import { addScheduler, editScheduler, parseData, removeScheduler } from './scheduler-write';

const QUEUES_PER_PIPELINE = 500;

/** Schedulers of one Redis. */
export class RedisSchedulers implements Schedulers {
  /** Two changes of one queue's schedulers at a time would not see each other. */
  private readonly turns = new KeyedQueue();

  constructor(
    private readonly redis: Redis,
    private readonly libraries: Libraries,
    private readonly patience: Patience,
  ) {}

  async counts(queues: readonly QueueRef[]): Promise<number[]> {
    const counts: number[] = [];
    for (let start = 0; start < queues.length; start += QUEUES_PER_PIPELINE)
      await this.patience.ask(async () => {
        const pipeline = this.redis.pipeline();
        for (const { id } of queues.slice(start, start + QUEUES_PER_PIPELINE)) pipeline.zcard(`${baseOf(id)}:repeat`);
        counts.push(...((await results(pipeline)) as number[]));
      });
    return counts;
  }

  list(queue: QueueRef, offset: number, limit: number): Promise<StoredScheduler[]> {
    return this.patience.ask(() => readSchedulers(this.redis, queue, offset, limit));
  }

  get(queue: QueueRef, id: string): Promise<StoredScheduler & { template: SchedulerTemplate | null }> {
    return this.patience.ask(async () => {
      const scheduler = await readScheduler(this.redis, queue, id);
      return { ...scheduler, template: await readTemplate(this.redis, queue, scheduler) };
    });
  }

  keptRuns(queue: QueueRef, jobKey: string, dues: readonly number[]): Promise<(KeptRun | null)[]> {
    return this.patience.ask(() => readKeptRuns(this.redis, queue, jobKey, dues));
  }

  add(queue: QueueRef, body: SchedulerBody): Promise<string> {
    const library = this.libraries.queue(queue);
    return this.change(queue, () => addScheduler(this.redis, queue, library, body));
  }

  edit(queue: QueueRef, body: SchedulerEdit): Promise<string> {
    const library = this.libraries.queue(queue);
    return this.change(queue, () => editScheduler(this.redis, queue, library, body));
  }

  remove(queue: QueueRef, id: string): Promise<void> {
    const library = this.libraries.queue(queue);
    return this.change(queue, async () =>
      removeScheduler(this.redis, queue, library, await readScheduler(this.redis, queue, id)),
    );
  }

  runNow(queue: QueueRef, id: string): Promise<string> {
    const writer = this.libraries.writer(queue);
    return this.change(queue, async () => {
      const scheduler = await readScheduler(this.redis, queue, id);
      const template = await readTemplate(this.redis, queue, scheduler, Infinity);
      const data = parseData(template);
      const opts = keptOptions(JSON.stringify(template?.opts ?? {}));
      return writer.add(scheduler.name, data, { ...opts, timestamp: Date.now() });
    });
  }

  private async change<T>({ id }: QueueRef, change: () => Promise<T>): Promise<T> {
    await this.patience.ask(() => this.redis.ping());
    return this.turns.run(baseOf(id), () => this.patience.write(change));
  }
}

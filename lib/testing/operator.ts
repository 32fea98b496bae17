import type { Redis } from 'ioredis';
import type { Clearing } from '../domain/control';
import { startOperationBodySchema, type Operation } from '../domain/operation';
import { toQueueKey } from '../domain/queue-key';
import type { Queue } from '../domain/queue';
import type { Caller } from '../domain/permissions';
import { accessBook } from '../domain/access';
import { HiddenJobs } from '../operations/hidden-jobs';
import { OperationRunner } from '../operations/operation-runner';
import { Operations } from '../operations/operations';
import { OperationStore } from '../operations/operation-store';
import { RedisDesk } from '../sources/redis/redis-desk';
import type { QueueRef } from '../sources/source';
import { refOf, silentLog, sourceOf, until } from './looker';
import type { DriverQueue, QueueDriver } from './queue-driver';

export const OPERATOR: Caller = {
  kind: 'person',
  name: 'ops@example.test',
  role: 'operator',
  address: '127.0.0.1',
  access: accessBook([])('operator'),
};

export type AuditLine = { action: string; jobCount: number; outcome: string; detail: string | null };

/** All that operations need in one process, on one Redis: as many as a test wants, each a process of its own. */
export class Operator {
  readonly desk: RedisDesk;
  readonly hidden: HiddenJobs;
  readonly all: Operations;
  readonly runner: OperationRunner;
  readonly store: OperationStore;
  readonly audit: AuditLine[] = [];
  /** Added to the clock that operations go by: ten minutes pass in no time. ms. */
  ahead = 0;

  constructor(
    private readonly redis: Redis,
    url: string,
  ) {
    this.desk = new RedisDesk(sourceOf(url), silentLog);
    this.hidden = new HiddenJobs(redis);
    this.store = new OperationStore(redis);
    this.runner = new OperationRunner({
      store: this.store,
      hidden: this.hidden,
      deskOf: () => this.desk,
      audit: {
        append: (entry) => {
          this.audit.push(entry);
          return Promise.resolve();
        },
      },
      log: silentLog,
      now: () => Date.now() + this.ahead,
    });
    this.all = new Operations({ store: this.store, hidden: this.hidden, nudge: () => this.runner.nudge() });
  }

  async refOf(driver: QueueDriver, queue: DriverQueue): Promise<QueueRef> {
    const version = await this.redis.hget(`${queue.prefix}:${queue.name}:meta`, 'version');
    return refOf(driver.kind, queue, driver.kind === 'bull' ? 'bull' : version);
  }

  /** Starts what a request with this body would start. */
  start(ref: QueueRef, body: unknown): Promise<Operation> {
    const queue = { id: ref.id, key: toQueueKey(ref.id), kind: ref.kind } as Queue;
    return this.all.start(this.desk, { queue, ref }, startOperationBodySchema.parse(body), OPERATOR);
  }

  clear(ref: QueueRef, clearing: Clearing, pace: number | null = null): Promise<Operation> {
    const queue = { id: ref.id, key: toQueueKey(ref.id), kind: ref.kind } as Queue;
    return this.all.clear(this.desk, { queue, ref }, { clearing, pace }, OPERATOR);
  }

  /** The operation once it is in one of `states`. */
  async reached(id: string, states: readonly Operation['state'][], limitMs = 15_000): Promise<Operation> {
    try {
      return await until(async () => {
        const operation = (await this.store.load(id))?.operation;
        return operation && states.includes(operation.state) ? operation : null;
      }, limitMs);
    } catch (error) {
      throw new Error(`${String(error)}: ${JSON.stringify((await this.store.load(id))?.operation)}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.runner.close();
    await this.desk.close();
  }
}

import type { Redis } from 'ioredis';
import type { Operation } from '../domain/operation';
import { HiddenJobs } from '../operations/hidden-jobs';
import { OperationRunner } from '../operations/operation-runner';
import { Operations } from '../operations/operations';
import { OperationStore } from '../operations/operation-store';
import { RabbitDesk } from '../sources/rabbitmq/rabbit-desk';
import { silentLog, until } from './looker';
import { rabbitSource } from './rabbit-looker';

/** All that operations on a RabbitMQ need in one process. */
export function createReplayer(redis: Redis, at: { managementUrl: string; amqpUrl: string }) {
  const desk = new RabbitDesk(rabbitSource(at));
  const store = new OperationStore(redis);
  const hidden = new HiddenJobs(redis);
  const audit: { action: string; outcome: string; detail: string | null }[] = [];
  const runner = new OperationRunner({
    store,
    hidden,
    deskOf: () => desk,
    audit: {
      append: (entry) => {
        audit.push(entry);
        return Promise.resolve();
      },
    },
    log: silentLog,
  });
  const all = new Operations({ store, hidden, nudge: () => runner.nudge() });
  return {
    desk,
    store,
    runner,
    all,
    audit,
    /** The operation once it is in one of `states`. */
    reached: (id: string, states: readonly Operation['state'][], limitMs = 20_000) =>
      until(async () => {
        const operation = (await store.load(id))?.operation;
        return operation && states.includes(operation.state) ? operation : null;
      }, limitMs),
    async close() {
      await runner.close();
      await desk.close();
    },
  };
}

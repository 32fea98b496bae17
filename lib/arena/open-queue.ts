import Bull from 'bull';
import { Queue as BullMqQueue } from 'bullmq';
import { Queue as BullMq5Queue } from 'bullmq5';
import type { Redis } from '../redis/connection';
import type { Queue } from '../domain/queue';

/** What our queue list hands to Arena in place of a connection, and Arena to the constructors below. */
export type Ticket = { queue: Queue; redis: () => Redis };

type Options = { redis?: Ticket; connection?: Ticket };

/**
 * Constructor in the form in which Arena calls Bull and BullMQ; it opens the queue in the library and major version
 * that wrote it, on the shared connection. Nothing is written by opening (`skipMetasUpdate`).
 */
export function OpenQueue(name: string, options: Options): object {
  const ticket = options.redis ?? options.connection;
  if (!ticket) throw new Error('Arena opened a queue that was not given to it');
  const { queue, redis } = ticket;
  const connection = redis();
  const opened =
    queue.kind === 'bull'
      ? openBull(name, queue, connection)
      : queue.version?.startsWith('bullmq:5.')
        ? openBullMq5(name, queue, connection)
        : openBullMq(name, queue, connection);
  opened.on('error', () => undefined);
  return opened;
}

function openBull(name: string, { id }: Queue, connection: Redis): Bull.Queue {
  return new Bull(name, { prefix: id.namespace, createClient: () => connection });
}

function openBullMq5(name: string, { id }: Queue, connection: Redis): BullMq5Queue {
  return new BullMq5Queue(name, { prefix: id.namespace, connection, skipMetasUpdate: true, skipVersionCheck: true });
}

/** Arena asks `queue.client` for the broker's facts; BullMQ 6 has no such property any more. */
function openBullMq(name: string, { id }: Queue, connection: Redis): BullMqQueue {
  const queue = new BullMqQueue(name, {
    prefix: id.namespace,
    connection,
    skipMetasUpdate: true,
    skipVersionCheck: true,
  });
  Object.defineProperty(queue, 'client', { value: Promise.resolve(connection) });
  return queue;
}

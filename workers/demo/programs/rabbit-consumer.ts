import type { ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import { REPORTS } from '../rabbit-users';
import { keepConnected } from '../support/amqp';
import { runUntilStopped } from '../support/run-program';
import { work } from '../support/run-time';

/** Messages that this consumer holds at a time: the others wait for one that is free. */
const PREFETCH = 3;
/** What is tried again has been delivered so often before; the queue gives up one later. */
const LAST_ATTEMPT = 3;

/** Trying again would not help. */
class Hopeless extends Error {}
/** Stands for a failure that ends the process, so that nobody is left to say why. */
class Crash extends Error {}

let failures: ConfirmChannel | null = null;
runUntilStopped(() => Promise.resolve());

void keepConnected('DEMO_AMQP_FAILURES', async (connection) => {
  const opened = await connection.createConfirmChannel();
  opened.once('close', () => (failures = null));
  failures = opened;
});
void keepConnected('DEMO_AMQP_CONSUMER', consume);

async function consume(connection: ChannelModel): Promise<void> {
  const channel = await connection.createChannel();
  await channel.prefetch(PREFETCH);
  await channel.consume(
    REPORTS.queue,
    (message) => {
      if (!message) return;
      render(message).then(
        () => channel.ack(message),
        async (error: Error) => {
          if (error instanceof Hopeless || (!(error instanceof Crash) && deliveriesBefore(message) >= LAST_ATTEMPT))
            // Confirmed there before it is taken from here: a crash in between repeats it and loses nothing.
            await handOver(message, error).then(
              () => channel.ack(message),
              // The queue itself sends it to the dead letters, without a reason.
              () => channel.nack(message, false, false),
            );
          // Put back, it is delivered again with its count one higher; after the fourth time the queue gives it up by
          // itself. A flag such as `fields.redelivered` could not count.
          else channel.nack(message, false, true);
        },
      );
    },
    { consumerTag: `renderer-${process.pid}` },
  );
}

async function render(message: ConsumeMessage): Promise<void> {
  const report = JSON.parse(message.content.toString()) as { userId: number; reportType: string; pages: number };
  await work(150, 900);
  if (report.userId % 100 === 0) throw new Hopeless(`User ${report.userId} does not exist`);
  if (report.pages === 59) throw new Error(`Rendering ${report.pages} pages took longer than 5000 ms`);
  if (report.pages === 58 && report.reportType !== 'inventory') throw new Crash('out of memory');
  if (Math.random() < 0.02) throw new Error('Template store does not answer');
}

/** What the queue has counted. */
function deliveriesBefore({ properties }: ConsumeMessage): number {
  const count: unknown = properties.headers?.['x-delivery-count'];
  return typeof count === 'number' ? count : 0;
}

/** Sends a message to the dead letters with the error and where it was, which a rejection has no room for. */
function handOver({ content, properties, fields }: ConsumeMessage, error: Error): Promise<void> {
  const open = failures;
  if (!open) return Promise.reject(new Error('no connection to hand it over'));
  const { 'x-delivery-count': deliveries = 0, ...headers } = properties.headers ?? {};
  return new Promise((resolve, reject) =>
    open.publish(
      REPORTS.deadExchange,
      fields.routingKey,
      content,
      {
        persistent: true,
        contentType: properties.contentType as string,
        messageId: properties.messageId as string,
        timestamp: properties.timestamp as number,
        headers: {
          ...headers,
          'x-error': error.message,
          'x-origin-queue': REPORTS.queue,
          'x-attempts': Number(deliveries) + 1,
        },
      },
      (refused: unknown) => (refused ? reject(new Error('the broker took no copy')) : resolve()),
    ),
  );
}

import { REPORTS } from '../rabbit-users';
import { keepConnected } from '../support/amqp';
import { runUntilStopped } from '../support/run-program';
import { work } from '../support/run-time';

/** Messages that this consumer holds at a time: the others wait for one that is free. */
const PREFETCH = 3;

runUntilStopped(() => Promise.resolve());

void keepConnected('DEMO_AMQP_CONSUMER', async (connection) => {
  const channel = await connection.createChannel();
  await channel.prefetch(PREFETCH);
  const handle = async (message: { content: Buffer; fields: { deliveryTag: number }; properties: unknown }) => {
    const report = JSON.parse(message.content.toString()) as { userId: number; pages: number };
    await work(150, 900);
    // Some users do not exist: trying again would not help.
    if (report.userId % 50 === 0) return 'give up';
    if (Math.random() < 0.06) return 'again';
    // A few are too large for the renderer, each time.
    return report.pages >= 59 ? 'again' : 'done';
  };
  await channel.consume(
    REPORTS.queue,
    (message) => {
      if (!message) return;
      handle(message).then(
        (outcome) => {
          if (outcome === 'done') channel.ack(message);
          // Put back, it is delivered again with its count one higher (x-delivery-count); the fourth time the queue
          // sends it to the dead letters by itself. A flag such as `fields.redelivered` could not count.
          else channel.nack(message, false, outcome === 'again');
        },
        () => channel.nack(message, false, false),
      );
    },
    { consumerTag: `renderer-${process.pid}` },
  );
});

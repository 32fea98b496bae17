import { randomInt, randomUUID } from 'node:crypto';
import type { ConfirmChannel } from 'amqplib';
import { REPORTS } from '../rabbit-users';
import { keepConnected } from '../support/amqp';
import { atRate, runUntilStopped } from '../support/run-program';

/** Messages that may wait for their confirm; more are not published. */
const MAX_UNCONFIRMED = 100;
const KINDS = ['monthly', 'tax', 'inventory'];

let channel: ConfirmChannel | null = null;
let unconfirmed = 0;
runUntilStopped(() => Promise.resolve());

void keepConnected('DEMO_AMQP_PRODUCER', async (connection) => {
  const opened = await connection.createConfirmChannel();
  unconfirmed = 0;
  opened.once('close', () => (channel = null));
  channel = opened;
});

atRate(
  () => 6,
  () => {
    const open = channel;
    if (!open || unconfirmed >= MAX_UNCONFIRMED) return Promise.resolve();
    unconfirmed += 1;
    const report = { userId: randomInt(1_000), reportType: KINDS[randomInt(KINDS.length)], pages: randomInt(1, 60) };
    return new Promise<void>((resolve, reject) =>
      // Persistent and confirmed: when the promise resolves, the message is on disk.
      open.publish(
        REPORTS.exchange,
        'report',
        Buffer.from(JSON.stringify(report)),
        {
          persistent: true,
          mandatory: true,
          contentType: 'application/json',
          messageId: randomUUID(),
          // Seconds, as AMQP has it: what `Date.now()` gives would be a time in the year 58,000.
          timestamp: Math.floor(Date.now() / 1_000),
          headers: { tenant: `t-${randomInt(20)}` },
        },
        (error: unknown) => {
          unconfirmed = Math.max(0, unconfirmed - 1);
          if (error) reject(error instanceof Error ? error : new Error('refused by the broker'));
          else resolve();
        },
      ),
    );
  },
);

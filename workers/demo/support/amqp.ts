import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type ChannelModel } from 'amqplib';
import { reportTrouble } from './run-program';

const AGAIN_MS = 2_000;

/**
 * A connection to the demo's RabbitMQ as the user whose address is in this variable, made again whenever it breaks.
 * `work` gets each of them; what it returns is awaited until the connection ends.
 */
export async function keepConnected(
  variable: string,
  work: (connection: ChannelModel) => Promise<unknown>,
): Promise<never> {
  const url = process.env[variable];
  if (!url) throw new Error(`${variable} is not set: the demo's programs are started by "npm run demo"`);
  const ca = process.env['DEMO_AMQP_CA'];
  for (;;) {
    try {
      const program = variable.replace('DEMO_AMQP_', '').toLowerCase();
      const connection = await connect(url, {
        ...(ca ? { ca: [readFileSync(ca)] } : {}),
        clientProperties: { connection_name: `reports ${program}` },
      });
      const ended = new Promise((resolve) => connection.once('close', resolve));
      connection.on('error', reportTrouble);
      await work(connection);
      await ended;
    } catch (error) {
      reportTrouble(error);
    }
    await pause(AGAIN_MS);
  }
}

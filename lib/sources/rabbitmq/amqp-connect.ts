import { isIP } from 'node:net';
import { connect, type ChannelModel } from 'amqplib';
import type { RabbitSourceConfig } from '../../config/config';
import { AppError } from '../../domain/errors';
import { tlsOptions } from '../../config/tls-options';
import { troubleWords } from '../../config/trouble-words';

const CONNECT_MS = 5_000;

/** An AMQP address for people: without credentials and virtual host. */
export function shownAmqpUrl(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/**
 * A connection to one virtual host of the source; the one in the address when `vhost` is not given.
 * @param purpose shown in the broker's list of connections
 * @throws AppError `unsupported` when no AMQP address is configured, `forbidden` when the user has no access to the virtual
 * host, `source-down` for all else
 */
export async function connectAmqp(
  { name, amqpUrl, tls }: Pick<RabbitSourceConfig, 'name' | 'amqpUrl' | 'tls'>,
  vhost: string | null,
  purpose: string,
): Promise<ChannelModel> {
  if (!amqpUrl)
    throw new AppError(
      'unsupported',
      `The source "${name}" has no AMQP address: give it as amqpUrl, or RABBITMQ_AMQP_URL.`,
    );
  const url = new URL(amqpUrl);
  if (vhost !== null) url.pathname = `/${encodeURIComponent(vhost)}`;
  // A virtual host of our own choice must not be taken for the default one.
  const address = shownAmqpUrl(amqpUrl);
  try {
    const connection = await connect(url.href, {
      timeout: CONNECT_MS,
      // Small frames, each of which is waited for: without it every one of them takes 40 ms.
      noDelay: true,
      ...tlsOptions(tls),
      ...(url.protocol === 'amqps:' && !tls?.serverName && isIP(url.hostname) === 0
        ? { servername: url.hostname }
        : {}),
      clientProperties: { connection_name: purpose },
    });
    // What breaks it is seen by whoever uses it.
    connection.on('error', () => undefined);
    return connection;
  } catch (error) {
    const text = error instanceof Error ? error.message : '';
    if (/access to vhost|NOT_ALLOWED|530/i.test(text))
      throw new AppError(
        'forbidden',
        `The user of "${name}" has no access to the virtual host ${vhost ?? ''}: rabbitmqctl set_permissions gives it.`,
        { cause: error },
      );
    throw new AppError(
      'source-down',
      `RabbitMQ "${name}" cannot be reached by AMQP: ${troubleWords(error, address)}.`,
      {
        cause: error,
      },
    );
  }
}

import type { ChannelConfig } from '../config/channel-config';
import { DeliveryError, type Channel } from './channel';

const MIN_SECRET = 6;

/** The channel with its secrets cut out of everything that it says: receivers like to repeat what they were sent. */
export function scrubbed(channel: Channel, config: ChannelConfig): Channel {
  const secrets = secretsOf(config);
  const scrub = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  const guard = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const { isRejected, retryAfterMs } = error instanceof DeliveryError ? error : new DeliveryError('');
      throw new DeliveryError(scrub(error instanceof Error ? error.message : String(error)), {
        isRejected,
        retryAfterMs,
      });
    }
  };
  const { repeat, test } = channel;
  return {
    ...channel,
    send: async (notification) => scrub(await guard(channel.send(notification))),
    ...(repeat ? { repeat: (open, now) => guard(repeat(open, now)) } : {}),
    ...(test ? { test: async (notification) => scrub(await guard(test(notification))) } : {}),
  };
}

/** Longest first: one may be part of another. */
function secretsOf(config: ChannelConfig): string[] {
  const found: string[] = [];
  if ('secret' in config && config.secret) found.push(config.secret);
  if ('password' in config && config.password) found.push(config.password);
  if ('token' in config && config.token) found.push(config.token);
  if ('routingKey' in config) found.push(config.routingKey);
  if ('url' in config) {
    const { href, pathname, search, username, password } = new URL(config.url);
    found.push(href, username, password, search.slice(1));
    if (config.kind === 'slack' || config.kind === 'webhook') found.push(pathname, ...pathname.split('/'));
  }
  const coded = found.flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]);
  return [...new Set(coded)].filter(({ length }) => length >= MIN_SECRET).sort((a, b) => b.length - a.length);
}

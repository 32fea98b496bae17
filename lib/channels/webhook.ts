import { createHmac } from 'node:crypto';
import type { ChannelOf } from '../config/channel-config';
import type { Channel } from './channel';
import { channelKey, shownUrl } from './channel-key';
import { createPost, type PostOptions } from './post';

/**
 * Posts each notification as JSON, with its id as `Idempotency-Key`. With a secret, `Tailback-Signature` is
 * `t=<seconds>,v1=<hex>`: the HMAC-SHA256 of `<seconds>.<body>`, new at every attempt, so that a receiver can
 * refuse what is old.
 */
export function openWebhook(config: ChannelOf<'webhook'>, options: PostOptions = {}): Channel {
  const url = new URL(config.url);
  const post = createPost({ allow: config.allow, ...options });
  const target = shownUrl(url);
  return {
    key: channelKey('webhook', config.name, config.url),
    kind: 'webhook',
    name: config.name ?? target,
    target,
    send(notification) {
      const body = JSON.stringify({ event: `alert.${notification.kind}`, ...notification });
      return post(url, body, {
        'content-type': 'application/json; charset=utf-8',
        'idempotency-key': notification.id,
        ...(config.secret === undefined ? {} : { 'tailback-signature': sign(body, config.secret, Date.now()) }),
      });
    },
  };
}

/** The signature header for a body at a time (ms). */
export function sign(body: string, secret: string, now: number): string {
  const seconds = Math.floor(now / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

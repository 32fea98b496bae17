import { createHash } from 'node:crypto';
import type dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { ChannelConfig } from '../config/config';
import { DeliveryError, type Channel } from './channel';
import { guardedLookup, isRefusedAddress, refusal } from './refused-address';

const TIMEOUT_MS = 10_000;
/** Answers that speak of the message, not of the receiver's state or address. */
const REJECTIONS = new Set([400, 413, 415, 422]);

/**
 * Posts each message as JSON, with its id as `Idempotency-Key`. Any 2xx is success; redirects are not followed.
 * @param resolve the resolver asked for the host, the system's by default
 */
export function openWebhook(
  config: ChannelConfig,
  options: { timeoutMs?: number; resolve?: typeof dns.lookup } = {},
): Channel {
  const url = new URL(config.url);
  const { timeoutMs = TIMEOUT_MS, resolve } = options;
  const lookup = guardedLookup(resolve);
  return {
    key: config.name ?? `webhook-${createHash('sha256').update(config.url).digest('hex').slice(0, 12)}`,
    kind: 'webhook',
    target: targetOf(url),
    async send(message) {
      if (isRefusedAddress(url.hostname)) throw new DeliveryError(refusal(url.hostname));
      const status = await post(url, JSON.stringify(message), message.id, lookup, timeoutMs);
      if (status >= 200 && status < 300) return;
      const redirect = status >= 300 && status < 400 ? ' (redirects are not followed)' : '';
      throw new DeliveryError(`answered ${status}${redirect}`, REJECTIONS.has(status));
    },
  };
}

/** Resolves with the status of the answer; its body is of no interest and is not read. */
function post(
  url: URL,
  body: string,
  id: string,
  lookup: ReturnType<typeof guardedLookup>,
  timeoutMs: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST',
      lookup,
      agent: false,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'idempotency-key': id,
        'user-agent': 'Tailback',
      },
    });
    // One limit for all of it: name, connection, handshake, answer.
    const timer = setTimeout(
      () => request.destroy(new DeliveryError(`no answer within ${timeoutMs / 1_000} s`)),
      timeoutMs,
    );
    request.on('response', (response) => {
      clearTimeout(timer);
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error instanceof DeliveryError ? error : new DeliveryError(reasonOf(error)));
    });
    request.end(body);
  });
}

/** A name with several addresses fails with an error that has no message of its own, only a code. */
function reasonOf(error: Error & { code?: string }): string {
  return (error.message || error.code || 'the connection failed').slice(0, 300);
}

/** Origin and first part of the path: user, query and the rest of the path may hold secrets (chat services put theirs there). */
function targetOf(url: URL): string {
  const [first = '', ...rest] = url.pathname.split('/').filter(Boolean);
  return `${url.origin}/${first}${rest.length > 0 ? '/…' : ''}`;
}

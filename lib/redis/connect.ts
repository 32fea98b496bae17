import { Redis, type RedisOptions } from 'ioredis';
import { throttled, type Log } from '../config/log';
import type { Redis as Connection } from './connection';

/** Longest pause between two attempts to reconnect. */
const MAX_RETRY_MS = 2_000;

export type ConnectOptions = {
  /** Shown in the broker's CLIENT LIST. */
  name: string;
  log: Log;
  /** For Pub/Sub and connections that wait: no command timeout. */
  isSubscriber?: boolean;
};

/**
 * A Redis connection that fails fast and heals by itself: while it is down every command rejects at once (nothing
 * is queued up for later), an answer is awaited for 2 s, reconnecting goes on for ever.
 * Listen to `ready` and `close` to know its state; `error` is handled here.
 */
export function connectRedis(url: string, { name, log, isSubscriber = false }: ConnectOptions): Redis {
  const client = new Redis(url, redisOptions(name, isSubscriber));
  const report = throttled(60_000, (suppressed, message) =>
    log.warn({ connection: name, suppressed }, `redis: ${message}`),
  );
  client.on('error', (error: Error) => report(error.message));
  return client;
}

function redisOptions(name: string, isSubscriber: boolean): RedisOptions {
  return {
    connectionName: name,
    enableOfflineQueue: false,
    maxRetriesPerRequest: isSubscriber ? null : 0,
    connectTimeout: 5_000,
    ...(isSubscriber ? {} : { commandTimeout: 2_000 }),
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 6), MAX_RETRY_MS),
    autoResendUnfulfilledCommands: false,
  };
}

/** Not 0 for "any number": BullMQ adds to the limit that it finds, which would make it 3. */
const MANY_LISTENERS = 100_000;

/** Readies a connection to be shared by many queue objects: each adds listeners of its own to it. */
export function shareAmongQueues(redis: Connection): void {
  redis.setMaxListeners(MANY_LISTENERS);
}

import { Cluster, Redis as OneRedis, type RedisOptions } from 'ioredis';
import { throttled, type Log } from '../config/log';
import { tlsOptions } from '../config/tls-options';
import { readRedisUrl, type HostPort, type RedisAddress } from '../config/redis-address';
import type { Redis } from './connection';
import { healAfterEnd, roam } from './heal';

/** Longest pause between two attempts to reconnect. */
const MAX_RETRY_MS = 2_000;
/** An answer is awaited for so long. */
const ANSWER_MS = 2_000;
const CONNECT_MS = 5_000;
/** A Cluster's node that refuses is asked again this often, 100 ms apart, while its replica may be taking its place. */
const CLUSTER_TRIES = 5;
const SLOTS_EVERY_MS = 5_000;

export type ConnectOptions = {
  /** Shown in the broker's CLIENT LIST. */
  name: string;
  log: Log;
};

/**
 * A connection that fails fast and heals by itself: while it is down every command rejects at once (nothing is queued
 * up for later), an answer is awaited for 2 s, reconnecting goes on for ever. With Sentinels it follows the master
 * within seconds and never stays with one that has become a replica; in a Cluster it follows the slots.
 * Listen to `ready` and `close` to know its state; `error` is handled here.
 * @param url any that `readRedisUrl` takes
 */
export function connectRedis(url: string, { name, log }: ConnectOptions): Redis {
  const address = readRedisUrl(url);
  const redis =
    address.kind === 'cluster' ? connectCluster(address, name) : connectMaster(address, commandOptions(name));
  reportErrors(redis, name, log);
  return redis;
}

/**
 * A connection for Pub/Sub: commands wait without limit and nothing is subscribed again by itself. In a Cluster it is
 * to one node, any one that answers, since each hears what is published at all of them.
 */
export function connectSubscriber(url: string, { name, log }: ConnectOptions): OneRedis {
  const address = readRedisUrl(url);
  const options: RedisOptions = { ...commonOptions(name), maxRetriesPerRequest: null, autoResubscribe: false };
  let redis: OneRedis;
  if (address.kind === 'cluster') {
    redis = new OneRedis({ ...options, ...accessOf(address), ...(address.nodes[0] as HostPort), db: 0 });
    roam(redis, address.nodes);
  } else redis = connectMaster(address, options);
  reportErrors(redis, name, log);
  return redis;
}

function connectMaster(address: Exclude<RedisAddress, { kind: 'cluster' }>, options: RedisOptions): OneRedis {
  const redis =
    address.kind === 'one'
      ? new OneRedis(address.url, {
          ...options,
          ...(/^rediss:/i.test(address.url) ? { tls: tlsOptions(address.tls) } : {}),
        })
      : new OneRedis({ ...options, ...accessOf(address), ...sentinelOptions(address) });
  healAfterEnd(redis, MAX_RETRY_MS);
  return redis;
}

function sentinelOptions(address: Extract<RedisAddress, { kind: 'sentinel' }>): RedisOptions {
  const { sentinels, master, database, isTls, sentinelUsername, sentinelPassword } = address;
  return {
    sentinels,
    name: master,
    db: database,
    // The Sentinels say when the master has changed; one that hangs never closes its connections by itself.
    failoverDetector: true,
    sentinelMaxConnections: 3,
    sentinelCommandTimeout: ANSWER_MS,
    sentinelRetryStrategy: retryDelay,
    sentinelReconnectStrategy: retryDelay,
    ...(sentinelUsername === null ? {} : { sentinelUsername }),
    ...(sentinelPassword === null ? {} : { sentinelPassword }),
    ...(isTls ? { enableTLSForSentinelMode: true, sentinelTLS: tlsOptions(address.tls) } : {}),
  };
}

function connectCluster(address: Extract<RedisAddress, { kind: 'cluster' }>, name: string): Cluster {
  const cluster = new Cluster(address.nodes, {
    clusterRetryStrategy: retryDelay,
    enableOfflineQueue: false,
    maxRedirections: CLUSTER_TRIES,
    retryDelayOnFailover: 100,
    retryDelayOnClusterDown: 100,
    retryDelayOnTryAgain: 100,
    slotsRefreshTimeout: ANSWER_MS,
    slotsRefreshInterval: SLOTS_EVERY_MS,
    // Certificates are made out to names.
    dnsLookup: (host, answer) => answer(null, host),
    redisOptions: { ...commandOptions(name), ...accessOf(address) },
  });
  // Left to itself each node is connected to by the first command for it, and the ones right behind it are refused.
  cluster.on('+node', (node: OneRedis) => {
    if (node.status === 'wait') node.connect().catch(() => undefined);
  });
  return cluster;
}

function accessOf({ username, password, isTls, tls }: Exclude<RedisAddress, { kind: 'one' }>): RedisOptions {
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(isTls ? { tls: tlsOptions(tls) } : {}),
  };
}

function commandOptions(name: string): RedisOptions {
  return { ...commonOptions(name), maxRetriesPerRequest: 0, commandTimeout: ANSWER_MS };
}

function commonOptions(name: string): RedisOptions {
  return {
    connectionName: name,
    enableOfflineQueue: false,
    connectTimeout: CONNECT_MS,
    // A server that hangs does not say goodbye.
    disconnectTimeout: 500,
    retryStrategy: retryDelay,
    // The master has become a replica: whoever is master now is found by connecting again.
    reconnectOnError: (error) => /^READONLY/.test(error.message),
    autoResendUnfulfilledCommands: false,
  };
}

function retryDelay(times: number): number {
  return Math.min(100 * 2 ** Math.min(times, 6), MAX_RETRY_MS);
}

function reportErrors(redis: Redis, name: string, log: Log): void {
  const report = throttled(60_000, (suppressed, message) =>
    log.warn({ connection: name, suppressed }, `redis: ${message}`),
  );
  redis.on('error', (error: Error) => report(error.message));
}

/** Not 0 for "any number": BullMQ adds to the limit that it finds, which would make it 3. */
const MANY_LISTENERS = 100_000;

/** Readies a connection to be shared by many queue objects: each adds listeners of its own to it. */
export function shareAmongQueues(redis: Redis): void {
  redis.setMaxListeners(MANY_LISTENERS);
}

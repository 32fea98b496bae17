import { Cluster, type ClusterOptions, type RedisOptions } from 'ioredis';
import type { ConnectionOptions } from 'bullmq';
import { readRedisUrl } from '../config/redis-address';

/**
 * How producers and workers connect, as a plain value: both libraries want an address of their own for each connection.
 * @param url any that a source can have
 */
export type LibraryAddress =
  | { kind: 'options'; options: RedisOptions }
  | { kind: 'cluster'; nodes: { host: string; port: number }[]; options: ClusterOptions };

export function libraryAddress(url: string): LibraryAddress {
  const address = readRedisUrl(url);
  if (address.kind === 'cluster')
    return {
      kind: 'cluster',
      nodes: address.nodes,
      options: { enableReadyCheck: false, slotsRefreshInterval: 1_000, redisOptions: { maxRetriesPerRequest: null } },
    };
  if (address.kind === 'sentinel')
    return {
      kind: 'options',
      options: { sentinels: address.sentinels, name: address.master, db: address.database, maxRetriesPerRequest: null },
    };
  const { hostname, port, pathname } = new URL(url);
  return {
    kind: 'options',
    options: {
      host: hostname,
      port: Number(port || 6379),
      db: Number(pathname.slice(1) || 0),
      maxRetriesPerRequest: null,
    },
  };
}

/** What is handed to BullMQ as `connection`, and how to end it: BullMQ leaves a Cluster that it was given open. */
export function bullMqConnection(url: string): { connection: ConnectionOptions; end(): void } {
  const address = libraryAddress(url);
  if (address.kind === 'options') return { connection: address.options as ConnectionOptions, end: () => undefined };
  const cluster = new Cluster(address.nodes, { ...address.options, clusterRetryStrategy: () => 100 });
  cluster.on('error', () => undefined);
  return { connection: cluster, end: () => cluster.disconnect() };
}

/** What is handed to Bull beside its other options. */
export function bullConnection(url: string): { redis: RedisOptions } | { createClient(): Cluster } {
  const address = libraryAddress(url);
  if (address.kind === 'options') {
    const { maxRetriesPerRequest: _, ...redis } = address.options;
    return { redis };
  }
  return {
    createClient() {
      const cluster = new Cluster(address.nodes, { ...address.options, clusterRetryStrategy: () => 100 });
      cluster.on('error', () => undefined);
      return cluster;
    },
  };
}

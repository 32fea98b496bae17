import type { Redis } from '../redis/connection';
import { startCluster } from './cluster';
import { pause, until } from './processes';
import { prepareServer, type TestServer } from './redis-server';
import { startSentinel } from './sentinel';

export const LIFE_GROUNDS = ['one', 'sentinel', 'cluster'] as const;
export type LifeGroundName = (typeof LIFE_GROUNDS)[number];

/** Where random lives are lived, and what can happen to it. */
export type LifeGround = {
  /** As it stands in a configuration. */
  url: string;
  redis: Redis;
  queueName(name: string): string;
  /** Ends all connections that listen to Pub/Sub. */
  cutEars(): Promise<void>;
  /** Crashes the server that holds a key, and starts it again with its data as they are now, or empty. */
  restart(keepsData: boolean): Promise<void>;
  /** Crashes the master that holds `key` and waits for the one that takes its place; the first comes back as its replica. */
  failOver(key: string): Promise<void>;
  /** Stops the server for a while without a word (ms). */
  hang(ms: number): Promise<void>;
  close(): Promise<void>;
};

export async function openLifeGround(name: LifeGroundName): Promise<LifeGround> {
  return name === 'one' ? openOne() : name === 'sentinel' ? openSentinel() : openCluster();
}

async function openOne(): Promise<LifeGround> {
  const server = await prepareServer({ config: () => ['save ""', 'loglevel warning'] });
  await server.start();
  const redis = server.client();
  return {
    url: `redis://${server.host}:${server.port}`,
    redis,
    queueName: (name) => name,
    cutEars: async () => void (await redis.client('KILL', 'TYPE', 'pubsub')),
    async restart(keepsData) {
      if (keepsData) await redis.save();
      await server.kill();
      if (!keepsData) await server.forget();
      await pause(500);
      await server.start();
      await until(() => redis.ping(), 10_000);
    },
    failOver: () => Promise.reject(new Error('Nobody takes its place.')),
    async hang(ms) {
      server.freeze();
      await pause(ms);
      server.thaw();
    },
    close: () => server.close(),
  };
}

async function openSentinel(): Promise<LifeGround> {
  const sentinel = await startSentinel({ replicas: 1 });
  const redis = sentinel.client();
  return {
    url: sentinel.url,
    redis,
    queueName: (name) => name,
    cutEars: () => cutAt(sentinel.servers),
    restart: cannot,
    async failOver() {
      const { from } = await sentinel.failOver();
      await from.start();
      await until(() => redis.set('tailback-test:written', 1).catch(() => null), 20_000);
      const master = (await sentinel.master()).client();
      await until(async () => (await master.info('replication')).includes('connected_slaves:1'), 20_000);
      master.disconnect();
    },
    hang: cannot,
    close: () => sentinel.close(),
  };
}

async function openCluster(): Promise<LifeGround> {
  const cluster = await startCluster({ replicas: 1 });
  return {
    url: cluster.url,
    redis: cluster.client(),
    queueName: (name) => `{${name}}`,
    cutEars: () => cutAt(cluster.servers),
    restart: cannot,
    async failOver(key) {
      const { from, to } = await cluster.failOver(key);
      await from.start();
      const master = to.client();
      await until(async () => (await master.info('replication')).includes('connected_slaves:1'), 20_000);
      master.disconnect();
    },
    hang: cannot,
    close: () => cluster.close(),
  };
}

const cannot = () => Promise.reject(new Error('That is tried on one server.'));

async function cutAt(servers: readonly TestServer[]): Promise<void> {
  for (const server of servers) {
    const client = server.client();
    await client.client('KILL', 'TYPE', 'pubsub');
    client.disconnect();
  }
}

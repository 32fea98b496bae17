import { Redis } from 'ioredis';
import { until } from './looker';
import { closeAll, prepareServer, type TestServer } from './redis-server';

const MASTER = 'tailback-test';
const DATA_LINES = [
  'save ""',
  'appendonly no',
  'loglevel warning',
  'repl-diskless-sync yes',
  'repl-diskless-sync-delay 0',
];

/** A master with replicas, watched by three sentinels that take a server for down after a second. */
export type TestSentinel = {
  /** As it stands in a configuration. */
  url: string;
  masterName: string;
  sentinels: TestServer[];
  /** Master and replicas, in no order: who is what changes. */
  servers: TestServer[];
  /** The server that the sentinels name as master now. */
  master(): Promise<TestServer>;
  /** Crashes (`kill`) or stops (`freeze`) the master and waits until the sentinels name another; ms until then. */
  failOver(how?: 'kill' | 'freeze'): Promise<{ from: TestServer; to: TestServer; ms: number }>;
  /** A connection to the master, wherever it is, that waits for one: as producers and workers have it. */
  client(): Redis;
  close(): Promise<void>;
};

/** Starts all of it and waits until the sentinels know each other and the replicas. @throws Error when they do not in 20 s */
export async function startSentinel({ replicas = 2 }: { replicas?: number } = {}): Promise<TestSentinel> {
  const servers: TestServer[] = [];
  const sentinels: TestServer[] = [];
  const clients: Redis[] = [];
  const close = async () => {
    for (const client of clients) client.disconnect();
    await closeAll([...sentinels, ...servers]);
  };
  try {
    const first = await prepareServer({ config: () => DATA_LINES });
    servers.push(first);
    await first.start();
    for (let n = 0; n < replicas; n += 1)
      servers.push(await prepareServer({ config: () => [...DATA_LINES, `replicaof ${first.host} ${first.port}`] }));
    await Promise.all(servers.map((server) => server.start()));
    for (const server of servers.slice(1))
      await until(async () => (await server.client().info('replication')).includes('master_link_status:up'));
    for (let n = 0; n < 3; n += 1)
      sentinels.push(await prepareServer({ isSentinel: true, config: () => sentinelLines(first) }));
    await Promise.all(sentinels.map((server) => server.start()));
    const asked = sentinels.map((server) => server.client());
    for (const client of asked) await until(() => knowsAll(client, replicas), 20_000);

    const master = async (): Promise<TestServer> => {
      for (const client of asked) {
        const reply = (await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER).catch(() => null)) as
          [string, string] | null;
        const found = reply && servers.find(({ port }) => port === Number(reply[1]));
        if (found) return found;
      }
      throw new Error('no sentinel names a master');
    };
    const addresses = sentinels.map(({ host, port }) => ({ host, port }));
    return {
      url: `redis+sentinel://${addresses.map(({ host, port }) => `${host}:${port}`).join(',')}/${MASTER}`,
      masterName: MASTER,
      sentinels,
      servers,
      master,
      async failOver(how = 'kill') {
        const from = await master();
        const start = performance.now();
        if (how === 'kill') await from.kill();
        else from.freeze();
        const to = await until(async () => {
          const now = await master();
          return now === from ? null : now;
        }, 20_000);
        return { from, to, ms: performance.now() - start };
      },
      client() {
        const redis = new Redis({ sentinels: addresses, name: MASTER, maxRetriesPerRequest: null });
        redis.on('error', () => undefined);
        clients.push(redis);
        return redis;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function sentinelLines({ host, port }: TestServer): string[] {
  return [
    `sentinel monitor ${MASTER} ${host} ${port} 2`,
    `sentinel down-after-milliseconds ${MASTER} 1000`,
    `sentinel failover-timeout ${MASTER} 5000`,
    `sentinel parallel-syncs ${MASTER} 2`,
    'loglevel warning',
  ];
}

/** Sentinels find each other by what they say through the master every 2 s. */
async function knowsAll(client: Redis, replicas: number): Promise<boolean> {
  const flat = (await client.call('SENTINEL', 'MASTER', MASTER)) as string[];
  const value = (name: string) => flat[flat.indexOf(name) + 1];
  return (
    value('num-slaves') === String(replicas) && value('num-other-sentinels') === '2' && value('flags') === 'master'
  );
}

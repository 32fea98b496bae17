import { Cluster, type Redis } from 'ioredis';
import calculateSlot from 'cluster-key-slot';
import { until } from './looker';
import { closeAll, prepareServer, type TestServer } from './redis-server';

const SLOTS = 16_384;
/** A node that says nothing for so long is failing; the others then choose its replica. */
const NODE_TIMEOUT_MS = 1_500;

/** A Redis Cluster of three masters, each with `replicas` replicas. */
export type TestCluster = {
  /** As it stands in a configuration. */
  url: string;
  servers: TestServer[];
  /** The master that holds the slot of `key` now. */
  masterOf(key: string): Promise<TestServer>;
  masters(): Promise<TestServer[]>;
  /** Moves the slot of `key` with all its keys to another master, as resharding does it: reading and writing go on. */
  moveSlot(key: string, to: TestServer): Promise<void>;
  /** Crashes or stops the master of `key` and waits until a replica has its slots; ms until then. */
  failOver(key: string, how?: 'kill' | 'freeze'): Promise<{ from: TestServer; to: TestServer; ms: number }>;
  /** A connection that follows the slots and waits for them: as producers and workers have it. */
  client(): Cluster;
  close(): Promise<void>;
};

/** Starts all nodes, joins them and waits until each knows all slots. @throws Error when they do not in 20 s */
export async function startCluster({
  masters = 3,
  replicas = 0,
}: { masters?: number; replicas?: number } = {}): Promise<TestCluster> {
  const servers: TestServer[] = [];
  const clients: Cluster[] = [];
  const close = async () => {
    for (const client of clients) client.disconnect();
    await closeAll(servers);
  };
  try {
    for (let n = 0; n < masters * (1 + replicas); n += 1) servers.push(await prepareServer({ config: nodeLines }));
    await Promise.all(servers.map((server) => server.start()));
    const nodes = servers.map((server) => server.client());
    await join(nodes, servers, masters);
    for (const node of nodes) await until(() => isWhole(node, servers.length), 20_000);
    return {
      url: `redis+cluster://${servers.map(({ host, port }) => `${host}:${port}`).join(',')}`,
      servers,
      async masterOf(key) {
        return (await ownerOf(servers, slotOf(key))).server;
      },
      async masters() {
        const ports = new Set((await slotRanges(servers)).map(({ port }) => port));
        return servers.filter(({ port }) => ports.has(port));
      },
      moveSlot: (key, to) => moveSlot(servers, slotOf(key), to),
      async failOver(key, how = 'kill') {
        const { server: from } = await ownerOf(servers, slotOf(key));
        const start = performance.now();
        if (how === 'kill') await from.kill();
        else from.freeze();
        const others = servers.filter((server) => server !== from);
        const to = await until(async () => {
          const { server } = await ownerOf(others, slotOf(key)).catch(() => ({ server: from }));
          return server === from ? null : server;
        }, 20_000);
        return { from, to, ms: performance.now() - start };
      },
      client() {
        const cluster = new Cluster(
          servers.map(({ host, port }) => ({ host, port })),
          {
            redisOptions: { maxRetriesPerRequest: null },
            clusterRetryStrategy: () => 100,
            slotsRefreshInterval: 1_000,
          },
        );
        cluster.on('error', () => undefined);
        clients.push(cluster);
        return cluster;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export function slotOf(key: string): number {
  return calculateSlot(key);
}

function nodeLines(): string[] {
  return [
    'cluster-enabled yes',
    'cluster-config-file nodes.conf',
    `cluster-node-timeout ${NODE_TIMEOUT_MS}`,
    // A part that is down leaves the others at work, as most installations have it.
    'cluster-require-full-coverage no',
    'repl-diskless-sync-delay 0',
    'save ""',
    'appendonly no',
    'loglevel warning',
  ];
}

async function join(nodes: readonly Redis[], servers: readonly TestServer[], masters: number): Promise<void> {
  const ids = await Promise.all(nodes.map(async (node) => (await node.cluster('MYID')) as string));
  for (const [index, node] of nodes.entries()) {
    await node.cluster('SET-CONFIG-EPOCH', index + 1);
    if (index < masters) {
      const [from, to] = [share(index, masters), share(index + 1, masters)];
      await node.cluster('ADDSLOTS', ...Array.from({ length: to - from }, (_, slot) => from + slot));
    }
  }
  const [first] = servers;
  for (const node of nodes.slice(1)) await node.cluster('MEET', first?.host ?? '', first?.port ?? 0);
  for (const [index, node] of nodes.entries()) {
    if (index < masters) continue;
    const masterId = ids[index % masters] as string;
    // Refused until the master is known to this node.
    await until(
      () =>
        node.cluster('REPLICATE', masterId).then(
          () => true,
          () => false,
        ),
      20_000,
    );
    await until(async () => (await node.info('replication')).includes('master_link_status:up'), 20_000);
  }
}

function share(index: number, masters: number): number {
  return Math.floor((index * SLOTS) / masters);
}

async function isWhole(node: Redis, count: number): Promise<boolean> {
  const info = await node.cluster('INFO');
  return (
    info.includes('cluster_state:ok') &&
    info.includes(`cluster_known_nodes:${count}\r`) &&
    info.includes(`cluster_slots_ok:${SLOTS}\r`)
  );
}

type Range = { from: number; to: number; port: number; id: string };

/** Who holds which slots, in the words of the first server that answers. */
async function slotRanges(servers: readonly TestServer[]): Promise<Range[]> {
  for (const server of servers) {
    if (!server.isRunning()) continue;
    const client = server.client();
    try {
      const rows = await withLimit(client.cluster('SLOTS'));
      return rows.map(([from, to, ...holders]) => {
        const [, port, id] = holders[0] as unknown as [host: string, port: number, id: string];
        return { from, to, port, id };
      });
    } catch {
      // Stopped, not dead: the next one knows.
    } finally {
      client.disconnect();
    }
  }
  throw new Error('no node answers');
}

async function ownerOf(servers: readonly TestServer[], slot: number): Promise<{ server: TestServer; id: string }> {
  const range = (await slotRanges(servers)).find(({ from, to }) => from <= slot && slot <= to);
  const server = servers.find(({ port }) => port === range?.port);
  if (!range || !server) throw new Error(`nobody holds slot ${slot}`);
  return { server, id: range.id };
}

async function moveSlot(servers: readonly TestServer[], slot: number, to: TestServer): Promise<void> {
  const { server: from, id: fromId } = await ownerOf(servers, slot);
  if (from === to) return;
  const [source, target] = [from.client(), to.client()];
  const toId = (await target.cluster('MYID')) as string;
  await target.cluster('SETSLOT', slot, 'IMPORTING', fromId);
  await source.cluster('SETSLOT', slot, 'MIGRATING', toId);
  for (;;) {
    const keys = (await source.cluster('GETKEYSINSLOT', slot, 20)) as string[];
    if (keys.length === 0) break;
    await source.call('MIGRATE', to.host, to.port, '', 0, 5_000, 'KEYS', ...keys);
  }
  for (const client of [target, source]) await client.cluster('SETSLOT', slot, 'NODE', toId);
}

async function withLimit<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), 500);
  });
  return Promise.race([answer, limit]).finally(() => clearTimeout(timer));
}
